"""Turkish."""

LABELS: dict[str, str] = {
    "buy": (
        "alım|uzun|long giriş|alalım|alin|kademeli alım|kademeli alış|alım yapıyoruz|alım yapalım|hemen al"
        "|long açıyoruz|long açtık|alım yapın|alış yapın|alım emri|alış emri|alım işlemi|alış işlemi|long alıyoruz"
        "|long işlem|uzun pozisyon|long pozisyon|satın al|satın alın|satın alım|alım yaptım|long açtım|long açıyorum"
        "|al sinyali|alış sinyali|longladım|longluyoruz|alış"
    ),
    "hint_buy": "alıyoruz|alıyorum|alınır",
    "sell": (
        "satım|satış|kısa|short giriş|satalım|short açıyoruz|kademeli satış|satış yapıyoruz|satış yapın|satım emri"
        "|satış emri|satış işlemi|short alıyoruz|short işlem|kısa pozisyon|short pozisyon|satın short|short açtım"
        "|short açıyorum|sat sinyali|satış sinyali|shortladım|shortluyoruz|açığa satış"
    ),
    "hint_sell": "satıyoruz|sat|satıyorum|satılır",
    "bull": "yükseliş|güzel gözüküyor|yukarı",
    "bear": "düşüş|aşağı",
    "term": "uzun vade|kısa vade|uzun vadeli|kısa vadeli",
    "entry": (
        "giriş|giriş fiyatı|giriş seviyesi|giriş bölgesi|girelim|girdim|giris|giriş yeri|alış|alım fiyatı"
        "|giriş noktası|giriş fiyatım|girişim|giriş fiyatımız|girişimiz|giriş aralığımız|işlem girişi|alış fiyatı"
        "|satış fiyatı|giriş 1|giriş 2|1. giriş|2. giriş|ilk giriş|ikinci giriş|giriş bandı|giriş yapılacak"
        "|açılış fiyatı|emir fiyatı|ortalama|işlem fiyatı|fiyattan"
    ),
    "entry+zone": (
        "alım bölgesi|satış bölgesi|giriş aralığı|alım aralığı|giriş alanı|alım alanı|satım bölgesi|satış aralığı"
        "|alış aralığı|alış bölgesi|toplama bölgesi"
    ),
    "more": "ekleme|kademe|maliyet düşürme",
    "stop": (
        "zarar kes|zarar durdur|durdur|stopumuz|stopum|stop seviyesi|stop noktası|stop fiyatı|sl seviyesi"
        "|zarar kes seviyesi|zararı durdur|zarar kesme|zarar-kes|stop los|zarar kesim|zarar limiti|stop loss seviyesi"
        "|stop bölgesi|stoploss seviyesi|stopla|durdurma"
    ),
    "target": (
        "hedef|hedefler|kar al|kâr al|hedefimiz|hedefi|kar hedefi|tp ler|hedefim|hedeflerim|hedeflerimiz|hedef fiyat"
        "|hedef fiyatı|kar hedefleri|kâr alma|kar alma|kar alma seviyeleri|kar al noktaları|kâr hedefi|kâr hedefleri"
        "|birinci hedef|ikinci hedef|üçüncü hedef|ilk hedef|hedef bölge|hedef seviyesi|hedef seviyeleri|kar satış"
        "|kâr satış|kar satışı|kar al seviyesi|tp seviyesi|son hedef|satış hedefi"
    ),
    "market": (
        "şimdi|piyasa|piyasadan|market fiyatı|marketten|anlık|güncel fiyattan|piyasa fiyatı|piyasa fiyatından"
        "|market emri|piyasa emri|şu an|şu anda|güncel|şuan|mevcut fiyat|mevcut fiyattan|buradan"
    ),
    "limit": "limit emir|bekleyen emir",
    "zone": "aralığı|bölgesi|arası|civarı|civarında",
    "leverage": "kaldıraç|kaldirac|kaldıraçlı|kaldıracı|kaldıraç oranı|önerilen kaldıraç|max kaldıraç",
    "cross": "çapraz",
    "isolated": "izole",
    "skip": (
        "destek|direnç|anlık fiyat|güncel fiyat|bakiye|tarih|saat|lot miktarı|güncel|mevcut|kasa|sermaye"
        "|pozisyon büyüklüğü|hacim|zaman|işlem no|başarı oranı|risk ödül|risk kazanç|süre|borsa"
    ),
    "outcome": "kar",
    "risk": "riski",
    "none": "stop yok|stopsuz",
    "thousand": "bin",
    "filler": (
        "yön|yeni sinyal|yeni işlem|sinyal|işlem|yeni|ve|ile|için|seviyesi|coin|parite|altın|den|dan|sonra|bu|bir|da"
        "|de|ta|te|e|a|i|olarak|var|gibi|kadar|tüm|arkadaşlar|dostlar|hocam|üzerinden|civarından|bölgesinden"
        "|seviyesinden|yeni pozisyon|vadeli|spot|türü|tipi|yapıyoruz|açıyoruz|giriyoruz|açtım|fiyat|işlem yönü"
        "|işlem tipi|emir|emir tipi|alıyoruz:|noktası"
    ),
    "buy+market": (
        "şimdi al|piyasadan al|marketten al|hemen alın|şimdi alın|piyasa alış|market alış|anlık alış|market alım"
    ),
    "sell+market": (
        "şimdi sat|piyasadan sat|hemen sat|sat şimdi|şimdi satın|piyasa satış|market satış|anlık satış|hemen satış"
        "|market satım"
    ),
    "percent": "yüzde",
    "buy+limit": "alış limit|limit alış|alım limit|limit alım|limit al|al limit|limitli alış",
    "sell+limit": "satış limit|limit satış|satım limit|limit satım|limit sat|sat limit|limitli satış",
    "entry+market": (
        "giriş piyasa|piyasadan giriş|giriş piyasadan|giriş market|marketten giriş|giriş marketten|anlık giriş"
        "|şimdi giriş|güncel fiyattan giriş|giriş anlık|giriş güncel fiyat|giriş şimdi"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "geldi|vurdu|ulaştı|ulaşıldı|alındı|kapandı|kapattık|kar aldık|sonuç|tebrikler|kazandık|gerçekleşti"
        "|tamamlandı|oldu|patladı|dün|örnek|stop olduk|stop oldu|kazanç|kâr ettik|kar ettik|hedefe ulaştı|hedef tamam"
        "|tamam|hedef geldi|hedefe geldi|tp geldi|tp oldu|stop patladı|stoplandık|stoplandı|kapandık|kâr aldık"
        "|kazandırdı|kazandırdık|alındı ✅|başarılı|görüldü|yaptı|gördük|kardayız|kârdayız|hedefine ulaştı"
        "|hedef alındı|tüm hedefler|tp alındı"
    ),
    "cond": (
        "eğer|olursa|gelirse|kırarsa|bekleyin|bekliyoruz|bekliyorum|olabilir|takip|durumunda|kırılırsa"
        "|üstünde kalırsa|altında kalırsa|kapatırsa|yaparsa|düşünülebilir|izliyoruz|beklemede|onay bekliyoruz|dönerse"
        "|takipteyiz|belki"
    ),
    "negation": "değil|almayın|satmayın|girmeyin|yok|yapmayın",
    "future": (
        "olacak|birazdan|yarın|yakında|gelecek|haber veririm|vereceğim|paylaşacağım|paylaşacağız|hazır olun"
        "|hazırlanın|haber vereceğim|az sonra"
    ),
    "ask": "ne|nasıl|neden|mı|mi|mu|kim|hangi",
}

ORDERS: dict[str, str] = {
    "close": (
        "kapat|kapatın|kapatıyoruz|kapatalım|kapatıyorum|çıkın|çıkalım|çıkıyoruz|kapatabilirsiniz|işlemi kapat"
        "|çıkıyorum|kapatınız|kapatıp|kapatıldı|kapatabiliriz|kapatabilirsin|çıkabilirsiniz|çıkış yapın"
        "|çıkış yapıyoruz|çıkış yapalım|çıkıyoruz arkadaşlar|işlemden çıkın|işlemden çıkıyoruz|işlemden çıkalım"
        "|pozisyonu kapat|pozisyonu kapatın|pozisyon kapat|işlem kapat|işlemi sonlandır|sonlandırın|sonlandırıyoruz"
        "|kapatalım arkadaşlar|nakde geç|çık|elden çıkarın"
    ),
    "part": "kısmi|bir kısmını|bir kısmı|biraz|bir miktar",
    "take_part": (
        "kısmi kar al|kar alın|kar alabilirsiniz|kar alıyoruz|kısmi kapat|kısmi kar|kar alalım|kar alın lütfen"
        "|kâr alın|kâr alalım|kâr alıyoruz|kar realizasyonu|kârı cebe|karı cebe|bir kısmını kapat|bir kısmını kapatın"
        "|parçalı kar|parça kapat|kısmi kâr|kısmi kâr alın|kısmi kapama|kademeli kar al|kar alınabilir"
    ),
    "half": "yarısını|yarısı|yarı|yarısının|yarım|pozisyonun yarısı|yarısına",
    "all": "hepsini|tamamını|tümünü|tüm",
    "rest": "kalanı|kalan|geri kalan",
    "move": (
        "çek|çekin|çekiyoruz|çekelim|taşı|taşıyın|taşıyoruz|taşıyalım|ayarla|güncelle|al|alın|çekiyorum|güncelleyin"
        "|değiştir|çekiniz|güncelleyelim|güncelliyoruz|güncellendi|çekildi|taşındı|revize|revize edelim|yükseltelim"
        "|yükseltin|güncelledik|değiştirdik|taşıdık|çektik|yükselttik|indirdik|yapın|yapıyoruz|yapalım|koyun|koyalım"
        "|koyuyoruz|yükselt|yükseltiyoruz|indirin|indirelim|getirin|getirelim|kaydır|kaydırın|kaydıralım|alalım"
        "|taşıyınız|çekebilirsiniz|değiştirin|ayarlayın|ayarlayalım|kilitle"
    ),
    "stop": (
        "stopu|stopları|stop u|stoplar|stopumuzu|zarar kes|stop loss u|stopunu|stopunuzu|stoplarınızı|stop'u"
        "|stop'ları|sl'yi|stop'unuzu|sl yi|stop'larınızı|stop seviyesini|stop-loss'u|stop loss'u|sl seviyesini"
        "|stoploss'u|zarar kesi|stop noktasını|stopumu"
    ),
    "target": (
        "hedef|hedefi|hedefler|kar al|tp yi|hedefini|hedefimizi|tp'yi|tp'leri|hedefleri|tp1'i|hedefimiz|tp seviyesini"
        "|kar al seviyesini"
    ),
    "be": (
        "girişe|giriş|giriş seviyesine|maliyete|giriş fiyatına|başabaş|maliyetine|giriş noktasına|giriş seviyesi"
        "|giriş fiyatı|maliyet|entry'ye|be'ye|be noktasına|başa baş|girişimize|maliyetimize|giriş yerine|başabaşa"
        "|be seviyesine|entrye"
    ),
    "risk_free": (
        "risksiz|riski sıfırla|stop girişe|stopu girişe|risksiz hale|risksiz yapın|be yapın|be'ye çek|be ye çek"
        "|be çek|stop girişte|stop maliyete|stoplar girişe|stopu maliyete|girişe çek|girişe çekin|girişe çekelim"
        "|girişe çekiyoruz|risksiz devam"
    ),
    "cancel": (
        "iptal|iptal edin|iptal ediyoruz|iptal edelim|silin|sil|iptal edildi|iptal et|iptaldir|kaldır|kaldırın"
        "|kaldırıyoruz|kaldıralım|siliyoruz|silelim|emir iptal|geçersiz|vazgeçtik"
    ),
    "pending": (
        "emir|emri|işlem|işlemi|sinyal|limit|emirler|emirleri|bekleyen emir|bekleyen emri|bekleyen emirleri"
        "|bekleyen emirler|limit emri|limit emir|emirlerinizi|limitleri|limit'i|sinyali|setup"
    ),
    "modify": "güncelleme|düzeltme|düzenleme",
    "reenter": "tekrar giriyoruz|yeniden giriş|tekrar giriş|tekrar girin",
    "trade": "işlem|işlemi|pozisyon|pozisyonu|işlemleri|pozisyonları",
    "filler": "ve|ile|için|e|a|ye|ya|lütfen|de|da",
    "percent": "yüzde",
    "take_part+half": "yarısını kapat|yarısını kapatın|yarısını kapatalım|yarısını alın|yarısını satın|yarı kapat",
}
