"""French."""

LABELS: dict[str, str] = {
    "buy": "achat|acheter|achetez|achetons|achète|j'achète|position longue|à l'achat",
    "hint_buy": "achats|acheteur|acheteurs",
    "sell": "vente|vendre|vendez|vendons|vends|je vends|position courte|à la vente|vend",
    "hint_sell": "ventes|vendeur|vendeurs",
    "bull": "haussier|haussière|hausse",
    "bear": "baissier|baissière|baisse",
    "term": "long terme|court terme|moyen terme",
    "entry": (
        "entrée|entrées|prix d'entrée|point d'entrée|niveau d'entrée|entrer|entrez|prix entrée|point entrée"
        "|prix d'achat|prix de vente|ouverture|entrée à|entrée entre"
    ),
    "entry+zone": "zone d'entrée|zone d'achat|zone de vente|zone entrée",
    "more": "renfort|renforcement|deuxième entrée",
    "stop": "perte maximale|arrêt des pertes|stop suiveur à|stop à|sl à|stoppe|coupe perte",
    "target": (
        "objectif|objectifs|cible|cibles|prise de profit|prises de profit|prise de bénéfice|prise de bénéfices|tp à"
        "|prendre profit|objectif final"
    ),
    "market": "maintenant|au marché|prix du marché|au prix du marché|immédiatement|de suite|au prix actuel",
    "limit": "limite|ordre limite|en attente|ordre en attente",
    "buy+limit": "achat limite|ordre limite achat|limite achat|ordre d'achat limite",
    "sell+limit": "vente limite|ordre limite vente|limite vente|ordre de vente limite",
    "zone": "entre|fourchette",
    "leverage": "levier|effet de levier",
    "cross": "croisé|croisée|marge croisée",
    "isolated": "isolé|isolée|marge isolée",
    "skip": "support|supports|résistance|résistances|prix actuel|heure|taille|taille de lot|ratio|solde|prix en direct",
    "outcome": "gain|gains|perte",
    "risk": "risque|risque par trade",
    "none": "sans sl|sans stop|sans stop loss|pas de sl|pas de stop",
    "open": "ouvert|laisser courir",
    "filler": (
        "le|la|les|de|du|des|un|une|et|ou|à|au|aux|sur|pour|par|avec|prix|paire|nouveau|nouvelle|sens|ordre|jusqu'à"
        "|puis|vers|autour|en|est|nous|on|je|type d'ordre"
    ),
    "percent": "pour cent",
    "entry+market": (
        "entrée au marché|entrée maintenant|entrée immédiate|entrer maintenant|entrez maintenant"
        "|entrée au prix du marché"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "touché|touchée|touchés|atteint|atteinte|atteints|validé|validée|bravo|félicitations|résultat|résultats|bilan"
        "|gagnant|gagnante|clôturé|clôturée|hier|exemple|en profit|encaissé|encaissés|sécurisé|stoppé|en gain|terminé"
        "|réalisé|pris|fermé|fermée"
    ),
    "cond": "si|quand|lorsque|attendre|attendez|attendons|attend|on attend|peut être|peut|pourrait|possible|en cas",
    "negation": "ne|pas|jamais|n'achetez|aucun|évitez|éviter",
    "future": "demain|bientôt|prochain|prochaine|préparez|va|vais|allons|je vous préviens|à venir",
    "ask": "que|quoi|comment|pourquoi|quel|quelle|qui|est ce que",
}

ORDERS: dict[str, str] = {
    "close": (
        "fermer|fermez|ferme|fermons|clôturer|clôturez|clôture|clôturons|sortir|sortez|sortons|on sort|je sors"
        "|je clôture|je ferme|on ferme|on clôture|coupez|coupe|coupons|tout fermer"
    ),
    "part": "partiel|partiels|partielle|une partie|partie",
    "take_part": (
        "prendre partiel|prenez partiel|prenez des partiels|prenez une partie|prenez vos profits|prise partielle"
        "|clôture partielle|clôturez une partie|fermez une partie"
    ),
    "half": "moitié|la moitié",
    "all": "tout|tous|toutes|totalité",
    "rest": "le reste|reste|restant",
    "hold": "gardez|garder|laissez courir|laisser courir|conservez",
    "move": (
        "déplacez|déplacer|déplace|déplaçons|mettez|mettre|mets|mettons|montez|monter|remontez|remonter|descendez"
        "|baissez|ajustez|ajuster|changez|changer|placez|placer|passez|passer|nouveau|ramenez|on passe|on met"
        "|on monte|on déplace"
    ),
    "stop": "le sl|le stop|vos stops|votre stop|les stops|vos sl|stop suiveur",
    "target": "objectif|objectifs|cible|le tp|vos tp",
    "be": (
        "point d'entrée|prix d'entrée|entrée|à l'entrée|au point d'entrée|au prix d'entrée|seuil de rentabilité"
        "|à zéro|prix de revient"
    ),
    "risk_free": "sans risque|risque zéro|passez à be|mettez à be|mettez be|passer à be|zéro risque|sl à be|stop à be",
    "cancel": "annulez|annuler|annulons|annulé|annulée|supprimez|supprimer|retirez|retirer|on annule|j'annule|enlevez",
    "pending": (
        "l'ordre|ordre|ordres|l'ordre en attente|ordre en attente|ordres en attente|en attente|limite|le signal"
        "|signal|les ordres"
    ),
    "modify": "modification|correction|mise à jour|modifiez|modifier|corrigé",
    "reenter": "re entrée|réentrée|on rentre à nouveau|rentrez à nouveau|on reprend position",
    "trade": "position|positions|la position|achat|vente|achats|ventes|le trade|nos trades|vos trades|ici",
    "filler": "et|à|au|aux|le|la|les|sur|de|du|des|un|une|en|maintenant|votre|vos|nos|on|je|pour|s'il vous plaît",
    "percent": "pour cent",
    "book": "prenez|prendre|prends|on prend|sécurisez|encaissez",
}
