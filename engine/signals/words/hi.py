"""Hindi, in its own letters and typed in Latin ones."""

LABELS: dict[str, str] = {
    "buy": (
        "kharido|kharidna|buy karo|buy karlo|buy kar lo|buy karein|long karo|long lagao|buy lagao|kharid|खरीदें"
        "|खरीदे|खरीदो|खरीद|लॉन्ग"
    ),
    "sell": (
        "becho|bechna|sell karo|sell karlo|sell kar do|sell karein|short karo|short lagao|sell lagao|bech do"
        "|बेचें|बेचे|बेचो|बिक्री|शॉर्ट"
    ),
    "buy+market": "buy abhi|abhi buy karo|abhi buy|abhi kharido",
    "sell+market": "sell abhi|abhi sell karo|abhi sell|abhi becho",
    "entry": "entry lo|entry lena|entry karo|lena hai|एंट्री|प्रवेश|प्रवेश मूल्य",
    "stop": "sl lagao|stoploss lagao|sl rakho|stoploss rakho|nuksan roko|स्टॉप लॉस|स्टॉपलॉस|स्टॉप",
    "target": "target hai|target rakho|tp lagao|target lagao|munafa|टारगेट|लक्ष्य|टीपी",
    "market": "abhi|isi price pe|current price pe|turant|अभी",
    "zone": "se lekar",
    "skip": "samay|lot size rakho",
    "filler": (
        "pe|par|ka|ki|ke|ko|se|hai|hain|bhai|karo|kar|lo|do|karlo|karein|lagao|mein|ye|yeh|aur|dosto|sir|ji|पर"
        "|में|और|से|का|की|को"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "ho gaya|hogaya|done hua|mil gaya|badhai|mubarak|aa gaya|lag gaya|nikal gaya|mila|kal ka|हिट|हासिल|पूरा"
        "|बधाई|हो गया"
    ),
    "cond": (
        "agar|jab|jaye to|toota to|toote to|tod de to|wait karo|intezaar|dekhte hain|aane do|ke baad|अगर|यदि|जब"
        "|इंतजार|इंतज़ार"
    ),
    "negation": "mat|nahi|nahin|na karo|mat karo|mat lo|मत|नहीं|न",
    "future": "hoga|karenge|lenge|denge|aayega|aane wala|jaldi",
    "ask": "क्या|कब|कैसे|kya|kaise|kyun|kab|kaun|kahan",
}

ORDERS: dict[str, str] = {
    "close": (
        "close karo|close kar do|close kardo|close karlo|nikal jao|nikal lo|exit karo|exit kar do|band karo"
        "|band kar do"
        "|book kar lo sab|kaat do|close karein|nikal jaye"
    ),
    "part": "thoda|thora|kuch",
    "take_part": "profit book karo|profit book karlo|profit le lo|profit lelo|book karlo|book karo|partial karo",
    "half": "aadha|adha|aadhi|adhi",
    "all": "sab|sara|saara|pura|poora|sabhi",
    "rest": "baaki|baki",
    "hold": "hold karo|rakho|pakad ke rakho|hold rakho",
    "move": "le aao|lao|shift karo|rakh do|lagao|kar do|kardo|karo|upar lao|neeche lao|trail karo|move karo",
    "stop": "sl ko|stoploss ko|stop loss ko",
    "target": "target ko|tp ko",
    "be": "cost pe|cost par|cost to cost|entry pe|entry par|buy price pe|kharid pe",
    "risk_free": "sl cost pe|sl cost par|sl entry pe|cost to cost karo|sl cost to cost|risk free karo",
    "cancel": "cancel karo|cancel kar do|cancel kardo|hata do|delete karo|delete kar do|hatao",
    "pending": "pending order ko|order ko",
    "trade": "trade ko|position ko|sauda",
    "filler": "pe|par|ko|ka|ki|ke|se|hai|bhai|dosto|karo|kar|do|lo|apna|apni|sabhi log|log|ab",
}
