"""What is traded: pairs, metals, indices, synthetics and coins, by any of the names channels give them.

A pair that is written out is taken as it is; a name is looked up; everything else is not a symbol here. Nothing is
guessed: an unknown word becomes a coin only where its place in the message says so (``engine.signals.subject``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Symbol(NamedTuple):
    """``known`` is False for a word that only its place in the text makes a coin."""

    base: str
    quote: str | None
    known: bool = True


def listed(words: str) -> frozenset[str]:
    """Words of a table written with spaces between them."""
    return frozenset(words.split())


FIAT = listed(
    "usd eur gbp jpy chf aud nzd cad sek nok dkk zar mxn sgd hkd cnh cny try pln huf czk inr krw brl rub thb ils"
)
METALS = listed("xau xag xpt xpd")
STABLE = ("usdt", "usdc", "busd", "fdusd", "tusd")
QUOTES = FIAT | frozenset(STABLE) | listed("btc eth bnb dai")
COINS = listed(
    "btc eth sol xrp bnb doge ada avax matic pol ltc trx shib pepe floki bonk wif uni atom etc xlm fil apt arb "
    "sui sei inj tia rndr ldo aave mkr crv snx comp yfi grt algo vet icp hbar egld ftm axs ape chz enj xtz eos "
    "neo iota zec xmr bch bsv dydx gmx imx stx kas ordi sats jup pyth strk ena wld ondo fet agix ocean rune kava "
    "celo zil qtum ont waves ksm rose glmr ankr sxp storj blz ctsi dent hnt iotx lrc mtl nkn ogn omg ray reef rlc "
    "rvn sfp skl stmx sushi sxp trb uma wrx yfii zen zrx bat ckb cfx magic blur hook edu lqty arkm cyber bigtime "
    "tru lpt ssv jasmy gala sand mana flow mina pendle ethfi zro zk notcoin hype virtual fartcoin trump popcat "
    "pengu moodeng goat pnut render kaito bera layer ton lunc ustc luna xem dot dash icx bnx 1000pepe 1000shib "
    "1000bonk 1000floki 1000sats 1000lunc 1000rats 1000xec 1inch"
)
_INDICES = {
    "US30": "us30 usa30 dj dji dow dj30 ws30 dow30 dowjones djia wallstreet wallstreet30 us30cash ym",
    "NAS100": (
        "nas100 usa100 us100 ustec ndx nasdaq nasdaq100 usnas100 nas ustech ustech100 us100cash nq nq100 nsdq100"
    ),
    "SPX500": "spx500 usa500 us500 spx sp500 us500cash es500 s&p500",
    "GER40": "ger40 de40 ger30 de30 dax dax40 dax30 de40cash",
    "UK100": "uk100 ftse ftse100",
    "JP225": "jp225 nikkei nikkei225 jpn225 jap225 ni225",
    "HK50": "hk50 hsi hangseng",
    "FRA40": "fra40 cac40",
    "AUS200": "aus200",
    "EU50": "eu50 stoxx50 eustx50",
    "US2000": "us2000 russell2000",
    "USOIL": "usoil wti xtiusd xti crude crudeoil oil uscrude usousd clf",
    "UKOIL": "ukoil brent xbrusd",
    "NATGAS": "natgas xngusd ngas",
    "DXY": "dxy usdx",
    "ESP35": "esp35 ibex ibex35",
    "CN50": "cn50 china50 a50 chinaa50",
    "NIFTY": "nifty nifty50",
    "BANKNIFTY": "banknifty",
    "FINNIFTY": "finnifty",
    "SENSEX": "sensex",
    "XAU": "gold golds gd gld xauu xua goldspot gc",
    "XAG": "silver",
}
_NAMES: dict[tuple[str, str | None], str] = {
    ("XAU", None): (
        "oro|सोना|सोने|गोल्ड|золото|золота|золоту|золотом|золоте|黄金|现货黄金|طلا|انس|ذهب|الذهب|ouro|emas|vàng"
        "|altın|ons altın"
        "|انس طلا|اونس|gold spot|spot gold|l'or|d'or|伦敦金|国际黄金|金价|黄金价格|现货金"
    ),
    ("XAG", None): (
        "चांदी|plata|gümüş|silber|bạc|l'argent|الفضه|серебро|серебра|серебру|白银|نقره|فضة|الفضة|prata|perak|现货白银"
    ),
    ("BTC", None): (
        "bitcoin|बिटकॉइन|биткоин|биток|битка|битку|битком|битке|биткоина|биткоину|биткоином|биткойн|бтц|比特币"
        "|大饼|大餅"
        "|比特|بیت کوین|بيتكوين|بیتکوین|xbt|بتكوين"
    ),
    ("ETH", None): (
        "ethereum|эфир|эфириум|эфира|эфиру|эфиром|эфире|эфирка|以太|以太坊|二饼|姨太|ether|اتریوم|ايثيريوم"
        "|إيثريوم|ايثريوم"
    ),
    ("SOL", None): "solana|索拉纳|سولانا|солана|солану|соланы|солане|сола|солы|соле|солу|сол",
    ("XRP", None): "ripple|瑞波|瑞波币|ریپل|риппл|рипл|рипла|риплу|ريبل",
    ("DOGE", None): "dogecoin|狗狗币|狗币|دوج|доги|دوج كوين",
    ("BNB", None): "币安币|binance coin",
    ("LTC", None): "litecoin|莱特币|لایت کوین",
    ("ADA", None): "cardano|艾达币|کاردانو",
    ("GBP", "USD"): (
        "cable|pound dollar|фунт доллар|libra dolar|باوند دولار|الباوند|الباوند دولار|استرليني دولار|پوند دلار"
        "|sterling|英镑|镑美|磅美"
        "|英镑美元|英镑兑美元"
    ),
    ("EUR", "USD"): (
        "fiber|euro dollar|евро доллар|euro dolar|اليورو|يورو دولار|欧元|欧美|欧元美元|欧元兑美元|یورو دلار"
        "|اليورو دولار"
    ),
    ("AUD", "USD"): "aussie|الاسترالي|استرالي دولار|澳元|澳美|澳元美元",
    ("NZD", "USD"): "kiwi|النيوزلندي|纽元|纽美",
    ("USD", "CAD"): "loonie|دولار كندي|الدولار كندي|美加|美元加元",
    ("USD", "JPY"): "دولار ين|الدولار ين|美日|美元日元|dollar yen|美元兑日元",
    ("GBP", "JPY"): "باوند ين|الباوند ين|镑日|磅日|英镑日元|guppy|pound yen",
    ("EUR", "JPY"): "يورو ين|اليورو ين|欧日|欧元日元|yuppy",
    ("USD", "CHF"): "美瑞|swissy",
    ("US30", None): (
        "dow jones|الداو|الداو جونز|داو|داوجونز|道指|道琼斯|道琼|wall street|wall street 30|داو جونز|us 30|dow 30"
    ),
    ("NAS100", None): (
        "الناسداك|ناسداك 100|نزدک|纳指|纳斯达克|nasdaq 100|us tech|us tech 100|ناسداک|ناسداك|纳指100|us 100|nas 100"
    ),
    ("SPX500", None): "标普|标普500|s&p|s&p 500|s & p 500|sp 500|us 500|spx 500",
    ("GER40", None): "الداكس|داكس|德指|ger 40|داکس|ger 30|dax 40",
    ("HK50", None): "恒指|hang seng",
    ("JP225", None): "日经",
    ("USOIL", None): (
        "原油|美原油|crude oil|us oil|нефть|нефти|petroleo|petroleum|نفت|النفط|نفط|wti oil|oil wti|美油|minyak"
    ),
    ("UKOIL", None): "布油|brent oil|布伦特|brent crude",
    ("NATGAS", None): "природный газ|天然气|natural gas|nat gas",
}
_SYNTHETICS = {
    "VOLATILITY": "volatility v vix vol 波动率 volatilidad volatilidade volatilitas волатильность",
    "BOOM": "boom 暴涨",
    "CRASH": "crash 暴跌",
    "JUMP": "jump 跳跃",
    "RANGEBREAK": "rangebreak",
}
_SYNTHETIC_SIZES = {
    "VOLATILITY": "5 10 15 25 30 50 75 90 100 150 200 250",
    "BOOM": "150 300 500 600 900 1000",
    "CRASH": "150 300 500 600 900 1000",
    "JUMP": "10 25 50 75 100",
    "RANGEBREAK": "100 200",
}
SYNTHETIC_NAMES = frozenset(" ".join(_SYNTHETICS.values()).split())
_SUFFIXES = listed("m c pro ecn raw i z b r x a mini micro std cash spot perp p f")
_MISSPELT = {
    "xuausd": "xauusd",
    "xauusdt": "xauusd",
    "goldusd": "xauusd",
    "usdgold": "xauusd",
    "xausd": "xauusd",
    "xaausd": "xauusd",
}

SHORTHANDS = {
    short: Symbol(pair[:3].upper(), pair[3:].upper())
    for short, pair in (
        each.split("=")
        for each in (
            "EU=EURUSD GU=GBPUSD UJ=USDJPY GJ=GBPJPY EJ=EURJPY AU=AUDUSD NU=NZDUSD UC=USDCAD UCHF=USDCHF EG=EURGBP "
            "AJ=AUDJPY CJ=CADJPY NJ=NZDJPY"
        )
        .lower()
        .split()
    )
}
"""Pairs by the first letters of their currencies, which count in capitals only and beside a side or a mark."""
ALIASES: dict[str, Symbol] = {name: Symbol(base, None) for base, names in _INDICES.items() for name in names.split()}
ALIASES |= {name: Symbol(base, None) for base in ("XAU", "XAG", "XPT", "XPD") for name in [base.lower()]}
NAMES: dict[str, Symbol] = {name: Symbol(*pair) for pair, names in _NAMES.items() for name in names.split("|")}
NAMES |= {"step index": Symbol("STEPINDEX", None)}
NAMES |= {f"range break {size}": Symbol(f"RANGEBREAK{size}", None) for size in ("100", "200")}
CURRENCY_NAMES = {
    "us dollar": "usd",
    "dollar": "usd",
    "euro": "eur",
    "british pound": "gbp",
    "pound": "gbp",
    "japanese yen": "jpy",
    "yen": "jpy",
    "swiss franc": "chf",
    "franc": "chf",
    "australian dollar": "aud",
    "new zealand dollar": "nzd",
    "canadian dollar": "cad",
}


@lru_cache(maxsize=4096)
def read_word(word: str) -> Symbol | None:
    """Symbol that one lower-case word (letters and digits) spells, or None."""
    word = _MISSPELT.get(word, word)
    return ALIASES.get(word) or NAMES.get(word) or _pair(word) or _coin(word)


def _coin(word: str) -> Symbol | None:
    return Symbol(word.upper(), None) if word in COINS else None


def _pair(word: str) -> Symbol | None:
    return _exact_pair(word) or _suffixed_pair(word)


def _exact_pair(word: str) -> Symbol | None:
    for quote in STABLE:
        if word.endswith(quote) and len(quote) < len(word) <= len(quote) + 15:
            return Symbol(word.removesuffix(quote).upper(), quote.upper())
    base, quote = word[:-3], word[-3:]
    currencies = (base in FIAT or base in METALS) and quote in FIAT
    coins = base in COINS and quote in ("usd", "btc", "eth", "bnb", "eur", "try")
    if (currencies or coins) and base != quote:
        return Symbol(base.upper(), quote.upper())
    return None


def _suffixed_pair(word: str) -> Symbol | None:
    """A broker's suffix (``EURUSDm``), a contract's (``BTCUSDTPERP``) or a last letter typed twice (``Usdchff``)."""
    for cut in range(1, min(6, len(word) - 4)):
        stem, tail = word[:-cut], word[-cut:]
        if tail in _SUFFIXES or (cut == 1 and tail == stem[-1]):
            found = _exact_pair(stem)
            if found:
                return found
    return None


def read_pair(first: str, second: str) -> Symbol | None:
    """Symbol of two lower-case words with a slash, dash or space between them, both of them currencies."""
    if (first in FIAT or first in METALS or first in COINS) and second in QUOTES and first != second:
        return Symbol(first.upper(), second.upper())
    return None


def read_slashed(first: str, second: str) -> Symbol | None:
    """Symbol of ``first/second`` written with an explicit slash: any short word may be a coin."""
    if second in QUOTES and 0 < len(first) <= 15 and first != second:
        return Symbol((ALIASES.get(first) or Symbol(first.upper(), None)).base, second.upper())
    return None


def read_synthetic(word: str, size: str, fast: bool) -> Symbol | None:
    """Synthetic index such as Volatility 75, Boom 1000 or VIX15(1S)."""
    for family, names in _SYNTHETICS.items():
        if word in names.split() and size in _SYNTHETIC_SIZES[family].split():
            return Symbol(f"{family}{size}" + ("(1S)" if fast else ""), None)
    return None
