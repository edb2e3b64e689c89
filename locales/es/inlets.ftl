# Fuentes fuera de Telegram: publicaciones por HTTP, y feeds.

inlets-title = ➕ <b>Otra fuente</b>
inlets-http = <b>HTTP</b>: te doy una dirección secreta. Lo que se envíe allí con POST es una publicación, desde TradingView o desde tu propio programa.
inlets-feed = <b>Feed</b>: miro un feed RSS o Atom una vez por minuto. Cada entrada nueva es una publicación.
inlet-ask-http = ¿Cómo llamo a esta fuente? Escribe un nombre.
inlet-ask-feed = Envíame la dirección del feed. Empieza por <code>https://</code> y está abierta a todos: sin contraseña ni clave en ella.
inlet-made-http = ✅ <b>{ $name }</b> está lista. Te pregunto antes de cada operación.
inlet-made-feed = { $count ->
    [0] ✅ Desde ahora miro <b>{ $name }</b>. Aún no hay nada allí.
    [one] ✅ Desde ahora miro <b>{ $name }</b>. La entrada que hay es antigua y no se opera.
   *[other] ✅ Desde ahora miro <b>{ $name }</b>. Las { $count } entradas que hay son antiguas y no se operan.
}
inlet-address = Envía las publicaciones a:
    <code>{ $address }</code>
inlet-once = ⚠️ Solo lo ves una vez. Quien lo tenga puede publicar aquí: guárdalo bien y borra este mensaje.
inlet-http = Las publicaciones llegan por HTTP.
inlet-feed = Feed: <code>{ $address }</code>
inlet-signed = 🔏 Cada publicación debe ir firmada.
inlet-unsigned = Las publicaciones no llevan firma: quien conozca la dirección puede publicar. Un programa tuyo puede firmar; TradingView no.
inlet-address-hidden = Guardo la dirección como hash, así que no puedo mostrarla otra vez. Puedo hacer una nueva.
inlet-looked = Última lectura: { $when }
inlet-stopped = ⏸ Ya no lo miro.
inlet-address-ask = ¿Hago una dirección nueva? La que se usa deja de servir enseguida.
inlet-address-yes = Sí, dirección nueva
inlet-new-address = 🔗 Esta es la dirección nueva. La anterior ya no sirve.
inlet-secret = 🔏 El secreto con que se firma:
    <code>{ $secret }</code>
inlet-how-to-sign =
    Desde ahora solo acepto publicaciones firmadas. Con cada una envía dos cabeceras:
    <code>X-Timestamp</code>: la hora actual, en segundos Unix
    <code>X-Signature</code>: <code>sha256=</code> y el HMAC-SHA256 en hexadecimal de la hora, un punto y el cuerpo
inlet-unsigned-ask = ¿Acepto publicaciones sin firma? Entonces quien conozca la dirección puede publicar.
inlet-unsigned-yes = Sí, sin firma

notice-feed_lost = ⏸ <b>{ $source }</b>: no pude leer este feed { $count } veces seguidas, así que ya no lo miro.

button-inlets = ➕ Otra fuente
button-inlet = 🔗 Entrada
button-inlet-http = HTTP
button-inlet-feed = Feed
button-inlet-address = 🔗 Dirección nueva
button-inlet-sign = 🔏 Exigir firma
button-inlet-new-secret = 🔏 Secreto nuevo
button-inlet-unsign = Sin firma
button-inlet-saved = Ya lo tengo ✓
button-inlet-source = ⚙️ Modo y reglas
button-feed-again = 🔄 Mirar otra vez

refusal-bad_signature = La firma no corresponde.
mend-bad_signature = Firma la hora, un punto y el cuerpo con el secreto de esta fuente: /sources
refusal-too_large = Es demasiado grande.
mend-too_large = Una publicación puede tener 64 KiB.
refusal-unavailable = Ahora mismo no puedo guardarlo.
mend-unavailable = Prueba otra vez en un minuto.
refusal-too_many_sources = Tienes tantas otras fuentes como puede tener una persona.
mend-too_many_sources = Quita una primero: /sources
refusal-no_master_key = Este bot no tiene clave maestra, así que no puede guardar ningún secreto.
mend-no_master_key = El administrador tiene que poner MASTER_KEYS. Hasta entonces las publicaciones llegan sin firma.
refusal-not_signed = Las publicaciones de esta fuente no necesitan firma: quien conozca su dirección podría publicar para todos. No la comparto.
mend-not_signed = Pon primero un secreto: abre la entrada de la fuente y exige firmas. TradingView no puede firmar: sus publicaciones quedan solo para ti.
refusal-is_shared = Esta fuente se comparte con todos: sin firma, quien conozca su dirección podría publicar para todos ellos.
mend-is_shared = Deja primero de compartirla y luego acepta publicaciones sin firma.
refusal-feed_address = No puedo leer esa dirección.
mend-feed_address = Tiene que empezar por https://, sin usuario ni contraseña, y estar en la internet abierta.
refusal-feed_silent = El feed no responde como debe.
mend-feed_silent = Abre la dirección en un navegador. Si lleva a otra, dame esa.
refusal-feed_unreadable = Eso no es un feed que pueda leer.
mend-feed_unreadable = Dame la dirección del propio feed RSS o Atom, de 1 MiB como máximo.
