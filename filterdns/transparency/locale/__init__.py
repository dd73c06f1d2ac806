"""The pages in other languages: gettext catalogues, written by people and compiled ahead.

Read `texts`, then the catalogues: `filterdns.pot` (every English text, made by `make messages`) and, for each language,
`XX/LC_MESSAGES/filterdns.po` (what translators write) with `filterdns.mo` (what the pages read).  English is the source
and needs no catalogue.  A catalogue begins with its glossary; `X-Made-By: machine, ...` in its header makes every page
say so.  In languages written from right to left, what is put into a text stands between U+2068 and U+2069, so that it
keeps its own direction.  Texts of categories are data, in `lists/categories.yaml`, and no part of this.

May import the standard library alone.  Babel makes the catalogues and is a tool of the developer, never imported here.
"""
