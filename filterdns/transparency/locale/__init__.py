"""The pages in other languages: gettext catalogues, written by people and compiled ahead.

Read `texts`, then the catalogues: `filterdns.pot` (every English text, made by `make messages`) and, for each language,
`XX/LC_MESSAGES/filterdns.po` (what translators write) with `filterdns.mo` (what the pages read).  English is the source
and needs no catalogue.  Texts of categories are data, in `lists/categories.yaml`, and no part of this.

May import the standard library alone.  Babel makes the catalogues and is a tool of the developer, never imported here.
"""
