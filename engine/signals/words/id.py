"""Indonesian and Malay."""

LABELS: dict[str, str] = {
    "buy": (
        "beli|pasang beli|posisi beli|buka buy|open buy|beli sekarang|entry buy|masuk buy|buy area|posisi buy"
        "|pasang buy|beli lagi|order beli"
    ),
    "sell": (
        "jual|pasang jual|posisi jual|buka sell|open sell|jual sekarang|entry sell|masuk sell|sell area|posisi sell"
        "|pasang sell|jual lagi|order jual"
    ),
    "bull": "naik|menguat",
    "bear": "turun|melemah",
    "term": "jangka panjang|jangka pendek|jangka menengah",
    "entry": (
        "masuk|harga masuk|titik masuk|area masuk|entri|harga entry|harga buka|open posisi|masuk di|harga open"
        "|harga beli|harga jual|entry di|masuk pada|harga entri|level masuk|di harga|pada harga|masuk harga|op di"
        "|open di|entry pertama|entry kedua|harga op"
    ),
    "entry+zone": (
        "area beli|area jual|zona beli|zona jual|area buy|area sell|area entry|zona masuk|zona entry|rentang masuk"
        "|rentang harga|area harga|zona buy|zona sell|zon beli|zon jual"
    ),
    "more": "tambah posisi|averaging|tambah|layer",
    "stop": (
        "batas rugi|stop rugi|henti rugi|cut loss di|stoploss|stop loss di|sl di|rugi maksimal|pembatas rugi"
        "|batas kerugian|stop loss pada|sl pada|stop di|cutloss di|titik stop|level stop|henti kerugian"
        "|kerugian maksimal|cut los|cl"
    ),
    "target": (
        "ambil untung|target profit|sasaran|target untung|ambil profit|target 1 di|tp di|target di|target harga"
        "|target pertama|target kedua|target ketiga|target akhir|tp pada|target 1|ambil keuntungan|titik ambil untung"
        "|sasaran harga|sasaran untung|target keuntungan|take profit di"
    ),
    "market": (
        "sekarang|harga pasar|harga sekarang|langsung|instan|harga market|harga saat ini masuk|market sekarang"
        "|harga running|running price|sekarang juga|harga semasa"
    ),
    "limit": "antri|order tertunda|pending order",
    "zone": "kisaran|antara|area|sampai|hingga|sekitar",
    "leverage": "daya ungkit|leverage maksimal",
    "pips": "poin",
    "skip": (
        "dukungan|resistensi|harga saat ini|modal|tanggal|jam|lot kecil|harga berjalan|rasio|risk ratio|lot maksimal"
        "|ukuran lot|manajemen resiko|waktu|saldo|rata rata|kerangka waktu"
    ),
    "outcome": "keuntungan|untung",
    "risk": "risiko|resiko",
    "none": "tanpa sl|tanpa stop loss",
    "open": "terbuka|biarkan",
    "filler": (
        "di|ke|dari|dan|atau|harga|emas|dengan|untuk|posisi|sinyal|pair|baru|yang|ini|pasangan|order|gunakan|lalu"
        "|kemudian|pada|oleh|silakan|silahkan|teman|teman teman|kawan|guys ya|gas|yuk|kita|saya|aku|tipe|arah|jenis"
        "|instrumen|koin|mata uang|lagi|bang|om|gan|dengan lot"
    ),
    "percent": "persen",
    "buy+market": "beli instan|buy sekarang|beli sekarang|buy langsung",
    "sell+market": "jual instan|sell sekarang|jual sekarang|sell langsung",
    "buy+limit": "beli limit|limit beli|pasang buy limit|antri buy|antri beli",
    "sell+limit": "jual limit|limit jual|pasang sell limit|antri sell|antri jual",
    "entry+market": (
        "masuk sekarang|entry sekarang|masuk market|entry market sekarang|langsung masuk|langsung entry"
        "|entry harga sekarang|masuk harga sekarang|masuk di harga sekarang"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "kena|tercapai|tersentuh|selamat|hasil|laporan|cuan|profit masuk|sudah kena|selesai|running profit"
        "|telah tercapai|terkena|kena sl|sudah close|sudah ditutup|kemarin|contoh|nyentuh|menyentuh|sudah tp"
        "|sudah tersentuh|profit besar|tembus target|closing di|ditutup|sudah kena tp|kena tp|sudah profit"
        "|sudah tercapai|sukses|tembus tp|hit tp|hit sl|total pips|laporan hari ini|profit pips|pips profit"
        "|kena stop loss|floating profit|sudah jalan|lagi jalan|berhasil|terpenuhi|panen"
    ),
    "cond": (
        "jika|kalau|bila|apabila|tunggu|menunggu|mungkin|bisa|ketika|saat|pantau|seandainya|jika tembus|kalau tembus"
        "|menunggu konfirmasi|apabila tembus|wait dulu|sabar|tunggu dulu|berpotensi|kemungkinan|potensi|andai"
    ),
    "negation": "jangan|tidak|bukan|belum|tak|dilarang|hindari",
    "future": (
        "akan|segera|besok|nanti|siap siap|bersiap|sebentar lagi|persiapan|nanti dikabari|akan dikabari|besok pagi"
        "|ditunggu|stay tune|stay tuned"
    ),
    "ask": "apa|kenapa|bagaimana|siapa|berapa|apakah|gimana",
}

ORDERS: dict[str, str] = {
    "close": (
        "tutup|tutup posisi|keluar|tutup semua|close semua|menutup|keluar dari|cl|tutup order|close posisi|close dulu"
        "|keluar dulu|cut dulu|close sekarang|close manual|close aja|tutup aja|cut aja|tutup sekarang|tutup manual"
        "|tutup dulu|close order|closing semua|exit dulu|keluar semua|keluar sekarang|cut loss sekarang|cut semua"
        "|likuidasi|tutup kabeh|close in|tutup trade"
    ),
    "part": "sebagian|separuh posisi|beberapa",
    "take_part": (
        "close sebagian|tutup sebagian|ambil sebagian|amankan sebagian|ambil profit sebagian|partial close"
        "|tp sebagian|amankan profit|kunci profit|kurangi lot|kurangi posisi|ambil profit dulu sebagian"
        "|take profit sebagian|tp sebagian dulu|amankan sebagian dulu|partial tp|kunci sebagian|parsial|tutup 1/2"
        "|close 1/2"
    ),
    "half": "setengah|separuh|separo|setengahnya|1/2 lot",
    "all": "semua|seluruh|full",
    "rest": "sisanya|sisa",
    "move": (
        "geser|pindahkan|pindah|naikkan|turunkan|taruh|pasang|ganti|atur|geserkan|pindahin|set|geserin|naikin|turunin"
        "|dinaikkan|diturunkan|pindah ke|geser ke|ubah|revisi|set ke|gerakkan|alihkan|tukar|rubah|majukan|kunci"
        "|pasang di|ganti ke"
    ),
    "stop": "stop loss|stoploss|sl",
    "target": "target|tp",
    "be": (
        "titik masuk|harga masuk|impas|entry|bep|harga open|titik impas|be|harga op|titik entry|harga beli|harga buka"
        "|ke be|breakeven|titik masuk harga|bep point"
    ),
    "risk_free": (
        "bebas risiko|tanpa risiko|sl plus|risk free|amankan posisi|sl+|sl ke be|sl ke bep|set bep|set be|pasang be"
        "|be dulu|amankan be|sl be|sl ke entry|sl ke harga open|geser ke be|geser be|amankan di be|bep kan|be kan"
        "|sl di be|free risk|sl di entry|kunci be|pindah ke be|amankan entry"
    ),
    "cancel": (
        "batal|batalkan|hapus|dibatalkan|hapus pending|cancel|hapus order|delete|cabut|dicancel|buang|hapus limit"
        "|batalin|hapusin|dihapus|delete order|delete pending|cancel order|cancel pending|batalkan order"
        "|batalkan pending|batal entry|tidak valid|cancel dulu|padam"
    ),
    "pending": (
        "order|pending|limit|sinyal|posisi|semua|order pending|buy limit|sell limit|limit order|pendingan|orderan|setup"
    ),
    "move+modify": "revisi|ubah",
    "modify": "perubahan|koreksi|pembaruan",
    "reenter": "masuk lagi|entry lagi|buka lagi|re entry|buy lagi|sell lagi",
    "trade": "posisi|order|semua posisi|semua order",
    "filler": "di|ke|dan|dari|yang|dulu|aja|saja|ya|para|untuk|kalian|nya|sl|ini",
    "percent": "persen",
    "take_part+half": (
        "tutup separuh|close separuh|tutup setengah dulu|amankan setengah|close setengah|tutup setengah"
        "|ambil setengah|ambil separuh|ambil profit separuh"
    ),
    "book": "ambil profit|ambil untung|ambil cuan",
}
