"""Turkish."""

LABELS: dict[str, str] = {
    "buy": (
        "alım|uzun|long giriş|alalım|alin|kademeli alım|kademeli alış|alım yapıyoruz|alım yapalım|hemen al"
        "|long açıyoruz|long açtık"
    ),
    "hint_buy": "alıyoruz",
    "sell": "satım|satış|kısa|short giriş|satalım|short açıyoruz|kademeli satış|satış yapıyoruz",
    "hint_sell": "satıyoruz",
    "bull": "yükseliş|güzel gözüküyor|yukarı",
    "bear": "düşüş|aşağı",
    "term": "uzun vade|kısa vade|uzun vadeli|kısa vadeli",
    "entry": "giriş|giriş fiyatı|giriş seviyesi|giriş bölgesi|girelim|girdim|giris|giriş yeri|alış|alım fiyatı",
    "entry+zone": "alım bölgesi|satış bölgesi|giriş aralığı|alım aralığı",
    "more": "ekleme|kademe|maliyet düşürme",
    "stop": "zarar kes|zarar durdur|durdur|stopumuz",
    "target": "hedef|hedefler|kar al|kâr al|hedefimiz|hedefi|kar hedefi|tp ler",
    "market": "şimdi|piyasa|piyasadan|market fiyatı|marketten|anlık|güncel fiyattan",
    "limit": "limit emir|bekleyen emir",
    "zone": "aralığı|bölgesi|arası|civarı|civarında",
    "leverage": "kaldıraç|kaldirac|kaldıraçlı",
    "cross": "çapraz",
    "isolated": "izole",
    "skip": "destek|direnç|anlık fiyat|güncel fiyat|kar|bakiye|tarih|saat|lot miktarı",
    "risk": "riski",
    "none": "stop yok|stopsuz",
    "thousand": "bin",
    "filler": ("yön|yeni sinyal|yeni işlem|sinyal|işlem|yeni|ve|ile|için|seviyesi|coin|parite|altın|den|dan|sonra"),
    "buy+market": "şimdi al|piyasadan al|marketten al",
    "sell+market": "şimdi sat|piyasadan sat",
    "percent": "yüzde",
}

TALK: dict[str, str] = {
    "hit": (
        "geldi|vurdu|ulaştı|ulaşıldı|alındı|kapandı|kapattık|kar aldık|sonuç|tebrikler|kazandık|gerçekleşti"
        "|tamamlandı|oldu|patladı|dün|örnek|stop olduk|stop oldu|kazanç|kâr ettik|kar ettik|hedefe ulaştı"
        "|hedef tamam|tamam"
    ),
    "cond": "eğer|olursa|gelirse|kırarsa|bekleyin|bekliyoruz|bekliyorum|olabilir|takip|durumunda",
    "negation": "değil|almayın|satmayın|girmeyin|yok|yapmayın",
    "future": "olacak|birazdan|yarın|yakında|gelecek|haber veririm|vereceğim",
    "ask": "ne|nasıl|neden|mı|mi|mu|kim|hangi",
}

ORDERS: dict[str, str] = {
    "close": (
        "kapat|kapatın|kapatıyoruz|kapatalım|kapatıyorum|çıkın|çıkalım|çıkıyoruz|kapatabilirsiniz|işlemi kapat"
        "|çıkıyorum|kapatınız"
    ),
    "part": "kısmi|bir kısmını|bir kısmı|biraz|bir miktar",
    "take_part": "kısmi kar al|kar alın|kar alabilirsiniz|kar alıyoruz|kısmi kapat|kısmi kar|kar alalım",
    "half": "yarısını|yarısı|yarı",
    "all": "hepsini|tamamını|tümünü|tüm",
    "rest": "kalanı|kalan|geri kalan",
    "move": (
        "çek|çekin|çekiyoruz|çekelim|taşı|taşıyın|taşıyoruz|taşıyalım|ayarla|güncelle|al|alın|çekiyorum"
        "|güncelleyin|değiştir|çekiniz|güncelleyelim|güncelliyoruz|güncellendi|çekildi|taşındı|revize"
        "|revize edelim|yükseltelim|yükseltin"
    ),
    "stop": (
        "stopu|stopları|stop u|stoplar|stopumuzu|zarar kes|stop loss u|stopunu|stopunuzu|stoplarınızı|stop'u"
        "|stop'ları|sl'yi|stop'unuzu|sl yi|stop'larınızı"
    ),
    "target": "hedef|hedefi|hedefler|kar al|tp yi|hedefini|hedefimizi|tp'yi|tp'leri",
    "be": "girişe|giriş|giriş seviyesine|maliyete|giriş fiyatına|başabaş|maliyetine",
    "risk_free": "risksiz|riski sıfırla|stop girişe|stopu girişe",
    "cancel": "iptal|iptal edin|iptal ediyoruz|iptal edelim|silin|sil|iptal edildi",
    "pending": "emir|emri|işlem|işlemi|sinyal|limit|emirler|emirleri",
    "modify": "güncelleme|düzeltme|düzenleme",
    "reenter": "tekrar giriyoruz|yeniden giriş|tekrar giriş|tekrar girin",
    "trade": "işlem|işlemi|pozisyon|pozisyonu|işlemleri|pozisyonları",
    "filler": "ve|ile|için|e|a|ye|ya|lütfen|de|da",
    "percent": "yüzde",
}
