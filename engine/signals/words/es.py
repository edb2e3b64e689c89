"""Spanish."""

LABELS: dict[str, str] = {
    "buy": (
        "compra|comprar|largo|en largo|compren|compre|compro|compramos en|entrada en compra|posicion larga"
        "|entramos en largo|abrimos largo|compra inmediata"
    ),
    "hint_buy": "compras|compramos|comprando|alcista entrada|largos",
    "sell": (
        "venta|vender|corto|en corto|vende|vendan|vendo|venda|vendamos|entrada en venta|posicion corta"
        "|entramos en corto|abrimos corto|venta inmediata"
    ),
    "hint_sell": "ventas|vendemos|vendiendo|cortos",
    "bull": "alcista",
    "bear": "bajista",
    "term": (
        "rango corto|rango largo|largo plazo|corto plazo|operacion larga|operacion corta|a la larga|plazo corto"
        "|plazo largo|lo largo"
    ),
    "entry": (
        "entrada|entradas|precio de entrada|punto de entrada|entrar|precio entrada|zona de compra precio|entrada en"
        "|entramos en|nivel de entrada|entro en|entramos a|precio compra|precio venta|precio de compra"
        "|precio de venta|entrada sugerida|entrada 1|entrada 2|apertura"
    ),
    "entry+zone": (
        "zona de entrada|zona de compra|zona de venta|rango de entrada|area de entrada|area de compra|area de venta"
        "|zona entrada|rango de compra|rango de venta"
    ),
    "more": "promediar|recompra",
    "stop": (
        "stop loss en|parada|limite de perdida|perdida maxima|detener perdidas|stop en|perdida|sl en|sl a|stop a"
        "|detener perdida|stop de perdidas|corte de perdida|limite perdida|stop inicial"
    ),
    "target": (
        "objetivo|objetivos|toma de ganancias|tomar ganancias|toma ganancias|toma de beneficios|meta|metas"
        "|beneficio en|tp en|objetivo en|ganancia objetivo|primer objetivo|segundo objetivo|tercer objetivo"
        "|objetivo 1|objetivo final|target en|tp a|toma de ganancia|tomar ganancia|toma de beneficio|tomar beneficios"
        "|recogida de beneficios|salida|precio objetivo"
    ),
    "market": (
        "ahora|a mercado|mercado|precio de mercado|ya mismo|a precio de mercado|a precio actual"
        "|precio actual de mercado"
    ),
    "limit": "limite|orden limite|pendiente|orden pendiente",
    "zone": "zona|entre|rango",
    "leverage": "apalancamiento|apalancado",
    "cross": "cruzado",
    "isolated": "aislado",
    "skip": (
        "soporte|resistencia|precio actual|lote|lotes|lotaje|riesgo beneficio|fecha|hora|precio en vivo|cotizacion"
        "|saldo|capital|gestion de riesgo|horario|spread|lotaje sugerido"
    ),
    "outcome": "ganancia|ganancias",
    "risk": "riesgo",
    "none": "sin sl|sin stop|sin stop loss",
    "open": "abierto|dejar correr",
    "filler": (
        "de|a|en|el|la|los|un|con|y|por|hasta|bajo|oro|precio|desde|zona|par|para|bajo lotaje|poco lotaje|operacion"
        "|senal|nueva|luego|mi|mis|su|sus|nos|les|o|al|activo|tipo|direccion|lado|orden|amigos|equipo|familia|ya"
        "|en el|que|una|es"
    ),
    "percent": "por ciento",
    "buy+limit": "compra limite|compra limit|orden de compra limite|limite de compra|orden limite de compra",
    "sell+limit": "venta limite|venta limit|orden de venta limite|limite de venta|orden limite de venta",
    "buy+market": "compra ahora|compren ahora|compra ya|compra a mercado",
    "sell+market": "venta ahora|vendan ahora|vende ya|venta ya|venta a mercado",
    "entry+market": (
        "entrada a mercado|entrada ahora|entrada mercado|entrar ahora|entramos ahora|entramos a mercado"
        "|entrada inmediata|entrada a precio actual"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "alcanzado|alcanzada|tocado|cumplido|cumplida|cerrado|cerrada|resumen|resultado|resultados|conseguido"
        "|felicidades|enhorabuena|hemos hecho|ganados|llevamos|ayer|ejemplo|ganadora|ganadoras|ganamos|toco|alcanzo"
        "|nos saco|cerro|cerraron|ganando|en ganancia|en profit|en positivo|saltó el stop|tocado el|logrado|lograda"
        "|saltado|salto el stop|tp1 alcanzado|cobrado|en verde|tp tocado|stop tocado"
    ),
    "cond": (
        "si|cuando|siempre que|en caso|esperar|esperamos|esperad|hasta que|podeis|podriamos|puede|posible|quien"
        "|si rompe|esperando|podria|quizas|a la espera|cuando rompa"
    ),
    "negation": "no|nunca|jamas|sin entrar",
    "intent": "va a|vamos a",
    "future": (
        "aviso|avisare|aviso cuando|os aviso|yo os aviso|aviso para|manana|pronto|recordad|recordar|recomiendo|sabeis"
        "|proxima|preparados|atentos"
    ),
    "ask": "que|como|cual|por que",
}

ORDERS: dict[str, str] = {
    "close": (
        "cerramos|cerrar|cerrad|cierro|cierren|cierra|cerrando|salimos|salir|salid|cierren todo|cerremos|salgo"
        "|cierre manual|cerrar manual|salgan|salga|liquiden|liquidar|cerrarla|cierrenlo|cierro todo|cerrar ya|cierre"
        "|cierren ya|ciérrenla|cierro la|cerrar la|salirse|salgamos|fuera de|liquidamos|cierre total|cierren la"
        "|cierre la|cerrar posicion"
    ),
    "part": "parcial|parciales|una parte|parte|algunas|la primera",
    "take_part": (
        "tomamos parciales|tomar parciales|cerramos parcial|cierre parcial|asegurar parcial|parciales ahora"
        "|tomad parciales|aseguramos parciales|tomen parciales|tomen parcial|tomen ganancias|aseguren ganancias"
        "|aseguren|cierren parcial|retiren parciales|tomo parciales|saquen parciales|cerrar parcial|tomar parcial"
        "|toma parcial|recogemos parciales|recoger parciales|aseguro parciales|cobrar parciales|cobramos parciales"
        "|reducir posicion|reducimos posicion|aseguramos ganancias|aseguramos beneficios"
    ),
    "half": "la mitad|mitad|medio",
    "all": "todo|todas|todos",
    "rest": "el resto|resto|lo que queda",
    "move": (
        "movemos|mover|moved|mueve|mueven|muevo|ponemos|poner|poned|pon|subimos|subir|subid|bajamos|bajar|ajustamos"
        "|ajustar|ajustad|llevamos|pasamos|colocar|colocamos|cambiamos|cambiar|nuevo|muevan|ponga|pongan|dejamos"
        "|actualizar|mueva|suban|bajen|coloquen|ajusten|ajusta|lleven|pasen|cambien|modifiquen|suba|mover el"
        "|arrastren|llevar|lleva|llevo|pasar|paso|pasa|pase|arrastrar|arrastramos|ajusto|actualizamos|actualicen"
        "|coloca|coloque|situar|situamos|desplazar|desplazamos|corremos|correr|corran|aseguramos|proteger|protegemos"
        "|protejan|actualizo|mover a"
    ),
    "stop": "stop loss|perdidas",
    "target": "objetivo|objetivos",
    "be": (
        "entrada|punto de entrada|precio de entrada|la entrada|break even|cero|breakeven|al punto de entrada"
        "|al precio de entrada|a la entrada|nivel de entrada|punto de equilibrio|a entrada|a precio de entrada|al be"
    ),
    "risk_free": (
        "sin riesgo|riesgo cero|libre de riesgo|sl a be|stop a be|a breakeven|sl en be|a break even|sl a entrada"
        "|stop a entrada|stop a la entrada|sl a la entrada|en breakeven|ponemos be|poner be"
    ),
    "cancel": (
        "cancelamos|cancelar|cancelad|cancelen|cancelada|eliminar|eliminamos|borrar|borramos|anulamos|anular|quitamos"
        "|cancela|anulada|eliminen|elimina|eliminad|cancele|anulen|anulad|borren|borrad|quiten|quitad|retiren|retirar"
        "|borra|anula|cancelo|borro|elimino|cancelemos|descartar|descartamos|olvidad|ignoren|ignorar|cancelar la"
    ),
    "pending": "orden|ordenes|pendiente|pendientes|senal|limite|operacion|entrada",
    "modify": "modificamos|modificar|modificacion|actualizacion|actualizamos|corregimos|correccion|modificad",
    "reenter": (
        "volvemos a entrar|reentrada|reentramos|entramos de nuevo|volver a entrar|reentrar|volvemos a comprar"
        "|volvemos a vender"
    ),
    "trade": "operacion|operaciones|posicion|posiciones|rango|orden|ordenes|compra|venta|compras|ventas",
    "filler": "y|a|al|el|la|de|en|los|con|por|ya|lo|las|del",
    "percent": "por ciento",
    "hold": "dejen correr|dejar correr|dejamos correr|mantener|mantengan|mantenemos",
}
