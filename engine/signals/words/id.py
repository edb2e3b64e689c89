"""Indonesian and Malay."""

LABELS: dict[str, str] = {
    "buy": "beli|pasang beli|posisi beli|buka buy|open buy",
    "sell": "jual|pasang jual|posisi jual|buka sell|open sell",
    "bull": "naik|menguat",
    "bear": "turun|melemah",
    "term": "jangka panjang|jangka pendek|jangka menengah",
    "entry": ("masuk|harga masuk|titik masuk|area masuk|entri|harga entry|harga buka|open posisi|masuk di|harga open"),
    "entry+zone": "area beli|area jual|zona beli|zona jual|area buy|area sell|area entry",
    "more": "tambah posisi|averaging|tambah|layer",
    "stop": ("batas rugi|stop rugi|henti rugi|cut loss di|stoploss|stop loss di|sl di|rugi maksimal|pembatas rugi"),
    "target": ("ambil untung|target profit|sasaran|target untung|ambil profit|target 1 di|tp di|target di"),
    "market": "sekarang|harga pasar|harga sekarang|langsung|instan|harga market",
    "limit": "antri|order tertunda|pending order",
    "zone": "kisaran|antara|area|sampai|hingga|sekitar",
    "leverage": "daya ungkit|leverage maksimal",
    "pips": "poin",
    "skip": "dukungan|resistensi|harga saat ini|modal|keuntungan|untung|tanggal|jam|lot kecil",
    "risk": "risiko|resiko",
    "none": "tanpa sl|tanpa stop loss",
    "open": "terbuka|biarkan",
    "filler": (
        "di|ke|dari|dan|atau|harga|emas|dengan|untuk|posisi|sinyal|pair|baru|yang|ini|pasangan|order|gunakan|lalu"
        "|kemudian"
    ),
    "percent": "persen",
}

TALK: dict[str, str] = {
    "hit": (
        "kena|tercapai|tersentuh|selamat|hasil|laporan|cuan|profit masuk|sudah kena|selesai|running profit"
        "|telah tercapai|terkena|kena sl|sudah close|sudah ditutup|kemarin|contoh|nyentuh|menyentuh|sudah tp"
        "|sudah tersentuh|profit besar|tembus target|closing di|ditutup"
    ),
    "cond": "jika|kalau|bila|apabila|tunggu|menunggu|mungkin|bisa|ketika|saat|pantau|seandainya",
    "negation": "jangan|tidak|bukan|belum|tak|dilarang|hindari",
    "future": "akan|segera|besok|nanti|siap siap|bersiap|sebentar lagi|persiapan",
    "ask": "apa|kenapa|bagaimana|siapa|berapa|apakah|gimana",
}

ORDERS: dict[str, str] = {
    "close": (
        "tutup|tutup posisi|keluar|tutup semua|close semua|menutup|keluar dari|cl|tutup order|close posisi"
        "|close dulu|keluar dulu|cut dulu|close sekarang|close manual"
    ),
    "part": "sebagian|separuh posisi|beberapa",
    "take_part": (
        "close sebagian|tutup sebagian|ambil sebagian|amankan sebagian|ambil profit sebagian|partial close"
        "|tp sebagian|amankan profit|kunci profit|kurangi lot|kurangi posisi|tutup separuh|close separuh"
    ),
    "half": "setengah|separuh",
    "all": "semua|seluruh|full",
    "rest": "sisanya|sisa",
    "move": "geser|pindahkan|pindah|naikkan|turunkan|taruh|pasang|ganti|atur|geserkan|pindahin|set",
    "stop": "stop loss|stoploss|sl",
    "target": "target|tp",
    "be": "titik masuk|harga masuk|impas|entry|bep|harga open|titik impas|be",
    "risk_free": "bebas risiko|tanpa risiko|sl plus|risk free|amankan posisi|sl+",
    "cancel": (
        "batal|batalkan|hapus|dibatalkan|hapus pending|cancel|hapus order|delete|cabut|dicancel|buang|hapus limit"
    ),
    "pending": "order|pending|limit|sinyal|posisi|semua",
    "move+modify": "revisi|ubah",
    "modify": "perubahan|koreksi|pembaruan",
    "reenter": "masuk lagi|entry lagi|buka lagi|re entry|buy lagi|sell lagi",
    "trade": "posisi|order|semua posisi|semua order",
    "filler": "di|ke|dan|dari|yang|dulu|aja|saja|ya|para|untuk|kalian|nya|sl|ini",
    "percent": "persen",
}
