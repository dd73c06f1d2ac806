"""Countries and territories by ISO 3166-1 code: all of Asia and the Pacific, whether or not we know help there."""

from __future__ import annotations

from collections.abc import Mapping

from filterdns.transparency.locale.texts import marked

ASIA_PACIFIC: Mapping[str, str] = {
    "AF": marked("Afghanistan"), "AM": marked("Armenia"), "AS": marked("American Samoa"), "AU": marked("Australia"),
    "AZ": marked("Azerbaijan"), "BD": marked("Bangladesh"), "BN": marked("Brunei"), "BT": marked("Bhutan"),
    "CK": marked("Cook Islands"), "CN": marked("China"), "FJ": marked("Fiji"), "FM": marked("Micronesia"),
    "GE": marked("Georgia"), "GU": marked("Guam"), "HK": marked("Hong Kong"), "ID": marked("Indonesia"),
    "IN": marked("India"), "IR": marked("Iran"), "JP": marked("Japan"), "KG": marked("Kyrgyzstan"),
    "KH": marked("Cambodia"), "KI": marked("Kiribati"), "KP": marked("North Korea"), "KR": marked("South Korea"),
    "KZ": marked("Kazakhstan"), "LA": marked("Laos"), "LK": marked("Sri Lanka"), "MH": marked("Marshall Islands"),
    "MM": marked("Myanmar"), "MN": marked("Mongolia"), "MO": marked("Macao"), "MP": marked("Northern Mariana Islands"),
    "MV": marked("Maldives"), "MY": marked("Malaysia"), "NC": marked("New Caledonia"), "NF": marked("Norfolk Island"),
    "NP": marked("Nepal"), "NR": marked("Nauru"), "NU": marked("Niue"), "NZ": marked("New Zealand"),
    "PF": marked("French Polynesia"), "PG": marked("Papua New Guinea"), "PH": marked("Philippines"),
    "PK": marked("Pakistan"), "PN": marked("Pitcairn"), "PW": marked("Palau"), "RU": marked("Russia"),
    "SB": marked("Solomon Islands"), "SG": marked("Singapore"), "TH": marked("Thailand"), "TJ": marked("Tajikistan"),
    "TK": marked("Tokelau"), "TL": marked("Timor-Leste"), "TM": marked("Turkmenistan"), "TO": marked("Tonga"),
    "TR": marked("Türkiye"), "TV": marked("Tuvalu"), "TW": marked("Taiwan"), "UZ": marked("Uzbekistan"),
    "VN": marked("Vietnam"), "VU": marked("Vanuatu"), "WF": marked("Wallis and Futuna"), "WS": marked("Samoa"),
}  # fmt: skip

# Where protected names elsewhere are known.
ELSEWHERE: Mapping[str, str] = {
    "AL": marked("Albania"), "AR": marked("Argentina"), "AT": marked("Austria"), "BE": marked("Belgium"),
    "BG": marked("Bulgaria"), "BR": marked("Brazil"), "CA": marked("Canada"), "CH": marked("Switzerland"),
    "CL": marked("Chile"), "CO": marked("Colombia"), "CR": marked("Costa Rica"), "CY": marked("Cyprus"),
    "CZ": marked("Czechia"), "DE": marked("Germany"), "DK": marked("Denmark"), "EE": marked("Estonia"),
    "ES": marked("Spain"), "FI": marked("Finland"), "FR": marked("France"), "GB": marked("United Kingdom"),
    "GR": marked("Greece"), "HR": marked("Croatia"), "HU": marked("Hungary"), "IE": marked("Ireland"),
    "IL": marked("Israel"), "IS": marked("Iceland"), "IT": marked("Italy"), "KE": marked("Kenya"),
    "LB": marked("Lebanon"), "LT": marked("Lithuania"), "LU": marked("Luxembourg"), "LV": marked("Latvia"),
    "MT": marked("Malta"), "MX": marked("Mexico"), "NA": marked("Namibia"), "NG": marked("Nigeria"),
    "NL": marked("Netherlands"), "NO": marked("Norway"), "PE": marked("Peru"), "PL": marked("Poland"),
    "PS": marked("Palestine"), "PT": marked("Portugal"), "RO": marked("Romania"), "SE": marked("Sweden"),
    "SI": marked("Slovenia"), "SK": marked("Slovakia"), "TZ": marked("Tanzania"), "UG": marked("Uganda"),
    "US": marked("United States"), "ZA": marked("South Africa"), "ZW": marked("Zimbabwe"),
}  # fmt: skip

COUNTRIES: Mapping[str, str] = {**ASIA_PACIFIC, **ELSEWHERE}
