"""Italian."""

LABELS: dict[str, str] = {
    "buy": "comprare|compriamo|acquisto|acquistare|acquistiamo|acquista|acquistate|comprate|a rialzo|posizione lunga",
    "hint_buy": "acquisti|acquirenti|compratori",
    "sell": "vendita|vendere|vendiamo|vendi|vendete|vendo|posizione corta|a ribasso",
    "hint_sell": "vendite|venditori",
    "bull": "rialzista|rialzo",
    "bear": "ribassista|ribasso",
    "term": "lungo termine|breve termine|medio termine",
    "entry": (
        "ingresso|ingressi|prezzo di ingresso|prezzo d'ingresso|punto di ingresso|punto d'ingresso"
        "|livello di ingresso"
        "|prezzo di acquisto|prezzo di vendita|ingresso a|prezzo ingresso|prezzo di apertura"
    ),
    "entry+zone": "zona di ingresso|zona d'ingresso|zona di acquisto|zona di vendita|zona ingresso|area di ingresso",
    "more": "mediare|secondo ingresso|incremento",
    "stop": "limite di perdita|stop a|sl a|stop di perdita|perdita massima",
    "target": (
        "obiettivo|obiettivi|prendi profitto|presa di profitto|prese di profitto|presa profitto|tp a|obiettivo finale"
    ),
    "market": (
        "adesso|ora|subito|a mercato|al mercato|prezzo di mercato|al prezzo di mercato|immediatamente|al prezzo attuale"
    ),
    "limit": "limite|ordine limite|ordine pendente|in attesa|ordine in attesa",
    "buy+limit": "acquisto limite|ordine limite di acquisto|limite di acquisto",
    "sell+limit": "vendita limite|ordine limite di vendita|limite di vendita",
    "zone": "tra|fra",
    "leverage": "leva|leva finanziaria",
    "cross": "incrociato|incrociata|margine incrociato",
    "isolated": "isolato|isolata|margine isolato",
    "skip": "supporto|supporti|resistenza|resistenze|prezzo attuale|lotto|lotti|rapporto|saldo|volume|dimensione",
    "outcome": "profitto|guadagno|perdita",
    "risk": "rischio|rischio per operazione",
    "none": "senza sl|senza stop|senza stop loss|nessuno stop",
    "open": "aperto|lasciare correre|lascia correre",
    "filler": (
        "il|lo|gli|le|la|di|del|della|da|dal|un|una|ed|o|al|alla|su|sul|per|con|prezzo|coppia|nuovo|nuova|segnale"
        "|ordine|direzione|circa|intorno|poi|siamo|entriamo|ragazzi|operazione|primo|tipo d'ordine"
    ),
    "percent": "per cento",
    "entry+market": "ingresso a mercato|ingresso adesso|ingresso ora|ingresso immediato|entrata a mercato",
}

TALK: dict[str, str] = {
    "hit": (
        "raggiunto|raggiunta|raggiunti|preso|presa|presi|colpito|colpita|centrato|chiuso|chiusa|chiusi|complimenti"
        "|risultato|risultati|resoconto|riepilogo|ieri|esempio|in profitto|incassato|incassati|guadagnato|stoppato"
    ),
    "cond": (
        "se|se rompe|se supera|se scende|se sale|se il prezzo|se chiude|se torna|se rompiamo|quando|aspettare"
        "|aspettiamo|aspettate|attendere|attendiamo|attendete|potrebbe|potrebbero|potremmo"
        "|possibile|in caso|qualora|dovrebbe|vicino ai|vicino a"
    ),
    "negation": "non|mai|nessun|nessuna|evitare|evitate",
    "future": "domani|presto|prossimo|prossima|preparatevi|vi avviso|vi avviserò|in arrivo|a breve",
    "ask": "che|cosa|come mai|perché|quale|chi|quanto",
}

ORDERS: dict[str, str] = {
    "close": (
        "chiudere|chiudete|chiudi|chiudiamo|chiudo|uscire|uscite|usciamo|esco|chiudere tutto|chiudete tutto"
        "|chiudiamo tutto|si chiude"
    ),
    "part": "parziale|parziali|una parte|parte",
    "take_part": (
        "prendere parziale|prendete parziale|prendiamo parziale|chiusura parziale|chiudiamo una parte"
        "|chiudete una parte|chiudere una parte|prendete parziali|prendiamo parziali"
    ),
    "half": "metà|la metà",
    "all": "tutto|tutte|tutti|totale",
    "rest": "il resto|resto|rimanente|restante",
    "hold": "tenete|tenere|teniamo|lasciate correre|lasciamo correre",
    "move": (
        "spostare|spostate|sposta|spostiamo|mettere|mettete|metti|mettiamo|portare|portate|porta|portiamo|alzare"
        "|alzate|alziamo|abbassate|abbassiamo|modificare|cambiate|cambiamo|impostate|nuovo"
    ),
    "stop": "lo stop|lo sl|gli stop|vostro stop|lo stop loss",
    "target": "obiettivo|obiettivi|il tp|il take profit",
    "be": (
        "pareggio|a pareggio|ingresso|prezzo di ingresso|prezzo d'ingresso|punto di ingresso|punto d'ingresso"
        "|al prezzo di ingresso|in pari|all'ingresso"
    ),
    "risk_free": "senza rischio|rischio zero|zero rischio|sl a be|stop a be|mettete a be|stop in pari",
    "cancel": "annullare|annullate|annulliamo|annulla|annullato|cancellare|cancellate|cancelliamo|cancella|eliminate",
    "pending": "l'ordine|ordine|ordini|gli ordini|ordine pendente|ordini pendenti|il segnale|segnale",
    "modify": "modifica|correzione|aggiornamento|modificato|corretto",
    "reenter": "rientriamo|rientrate|rientrare|rientro",
    "trade": "posizione|posizioni|la posizione|operazione|operazioni|l'operazione|acquisto|vendita|adesso",
    "filler": "e|ed|il|lo|la|le|gli|di|del|della|su|sul|un|una|adesso|vostro|vostri|per|ora|qui|a|al",
    "percent": "per cento",
    "book": "prendete|prendiamo|incassate|incassiamo",
}
