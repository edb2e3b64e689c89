"""Spanish."""

LABELS: dict[str, str] = {
    "buy": "compra|comprar|largo|en largo",
    "hint_buy": "compras|compramos|comprando|alcista entrada|largos",
    "sell": "venta|vender|corto|en corto|vende",
    "hint_sell": "ventas|vendemos|vendiendo|cortos",
    "bull": "alcista",
    "bear": "bajista",
    "term": (
        "rango corto|rango largo|largo plazo|corto plazo|operacion larga|operacion corta|a la larga|plazo corto"
        "|plazo largo|lo largo"
    ),
    "entry": (
        "entrada|entradas|precio de entrada|punto de entrada|entrar|precio entrada|zona de compra precio"
        "|entrada en|entramos en"
    ),
    "entry+zone": "zona de entrada|zona de compra|zona de venta|rango de entrada",
    "more": "promediar|recompra",
    "stop": ("stop loss en|parada|limite de perdida|perdida maxima|detener perdidas|stop en|perdida|sl en"),
    "target": (
        "objetivo|objetivos|toma de ganancias|tomar ganancias|toma ganancias|toma de beneficios|meta|metas"
        "|beneficio en|tp en|objetivo en|ganancia objetivo"
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
    "skip": "soporte|resistencia|precio actual|ganancia|ganancias|lote|lotes|lotaje|riesgo beneficio|fecha|hora",
    "risk": "riesgo",
    "none": "sin sl|sin stop|sin stop loss",
    "open": "abierto|dejar correr",
    "filler": (
        "de|a|en|el|la|los|un|con|y|por|hasta|bajo|oro|precio|desde|zona|par|para|bajo lotaje|poco lotaje"
        "|operacion|senal|nueva|luego"
    ),
    "percent": "por ciento",
}

TALK: dict[str, str] = {
    "hit": (
        "alcanzado|alcanzada|tocado|cumplido|cumplida|cerrado|cerrada|resumen|resultado|resultados|conseguido"
        "|felicidades|enhorabuena|hemos hecho|ganados|llevamos|ayer|ejemplo|ganadora|ganadoras|ganamos|toco"
        "|alcanzo|nos saco|cerro|cerraron|ganando|en ganancia|en profit|en positivo|saltó el stop"
    ),
    "cond": ("si|cuando|siempre que|en caso|esperar|esperamos|esperad|hasta que|podeis|podriamos|puede|posible|quien"),
    "negation": "no|nunca|jamas|sin entrar",
    "intent": "va a|vamos a",
    "future": (
        "aviso|avisare|aviso cuando|os aviso|yo os aviso|aviso para|manana|pronto|recordad|recordar|recomiendo"
        "|sabeis|proxima|preparados|atentos"
    ),
    "ask": "que|como|cual|por que",
}

ORDERS: dict[str, str] = {
    "close": (
        "cerramos|cerrar|cerrad|cierro|cierren|cierra|cerrando|salimos|salir|salid|cierren todo|cerremos|salgo"
        "|cierre manual|cerrar manual|salgan|salga|liquiden|liquidar|cerrarla|cierrenlo|cierro todo|cerrar ya"
    ),
    "part": "parcial|parciales|una parte|parte|algunas|la primera",
    "take_part": (
        "tomamos parciales|tomar parciales|cerramos parcial|cierre parcial|asegurar parcial|parciales ahora"
        "|tomad parciales|aseguramos parciales|tomen parciales|tomen parcial|tomen ganancias|aseguren ganancias"
        "|aseguren|cierren parcial|retiren parciales|tomo parciales|saquen parciales"
    ),
    "half": "la mitad|mitad|medio",
    "all": "todo|todas|todos",
    "rest": "el resto|resto|lo que queda",
    "move": (
        "movemos|mover|moved|mueve|mueven|muevo|ponemos|poner|poned|pon|subimos|subir|subid|bajamos|bajar"
        "|ajustamos|ajustar|ajustad|llevamos|pasamos|colocar|colocamos|cambiamos|cambiar|nuevo|muevan|ponga"
        "|pongan|dejamos|actualizar|mueva|suban|bajen|coloquen|ajusten|ajusta|lleven|pasen|cambien|modifiquen"
        "|suba|mover el|arrastren"
    ),
    "stop": "stop loss|perdidas",
    "target": "objetivo|objetivos",
    "be": "entrada|punto de entrada|precio de entrada|la entrada|break even|cero|breakeven|al punto de entrada",
    "risk_free": "sin riesgo|riesgo cero|libre de riesgo",
    "cancel": (
        "cancelamos|cancelar|cancelad|cancelen|cancelada|eliminar|eliminamos|borrar|borramos|anulamos|anular"
        "|quitamos|cancela|anulada|eliminen|elimina|eliminad|cancele|anulen|anulad|borren|borrad|quiten|quitad"
        "|retiren|retirar|borra|anula"
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
}
