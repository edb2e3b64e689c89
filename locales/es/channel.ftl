# Las reglas de un canal, lo que se le enseña y los recibos de sus publicaciones.

sources-title = <b>Tus canales</b>
source-line = { $number }. 📡 { $name } · { $mode }
source-line-shared = { $number }. 🌐 { $name } · { $mode }
source-number = { $number }
source-shared-by = 🌐 Lo comparte contigo el administrador. Aquí está tu propio interruptor.

channel-title = ⚙️ <b>{ $name }</b> · reglas
channel-none = ninguno
channel-any = cualquiera
channel-quote = Cotización habitual: { $quote }
channel-allowed = Solo estos símbolos: { $symbols }
channel-names = Nombres: { $names }
channel-age = Opero publicaciones de hasta { $seconds } s
channel-sure = Opero sin preguntar desde { $percent } de 100 de seguridad; por debajo pregunto
channel-ignore = Dejo fuera publicaciones con: { $words }
channel-taught = { $count ->
    [0] Enseñado: nada todavía
    [one] Enseñado: { $count } precio
   *[other] Enseñado: { $count } precios
}
channel-same = La misma señal en dos canales: { $policy }
channel-same-first = solo la primera
channel-same-both = tomar las dos
channel-never-more = <i>Una regla solo puede hacerme hacer menos. Tus límites de riesgo siguen como están.</i>

channel-about-quote = Una moneda escrita sin cotización, como BTC, se lee en esta.
channel-about-age = Una publicación más vieja cuando la veo no se opera. Te la ofrezco a ti.
channel-about-sure = Cuán completa debe ser una señal para operarla sin preguntar. 90 significa símbolo, lado, entrada, stop y objetivos; 75 significa que puede faltar uno.
channel-about-same = Qué hago cuando dos de tus canales dan la misma señal en una hora. Vale para todos tus canales.
channel-about-allowed = Escribe los símbolos que se pueden operar desde este canal, con comas: <code>BTC, ETH/USDT, gold</code>
channel-about-names = Escribe qué significa en tu cuenta un nombre de este canal: <code>gold = XAUUSD.m</code>
channel-about-ignore = Escribe palabras, con comas. Una publicación con una de ellas no es una señal: <code>resultados, vip</code>
channel-type-none = Un solo <code>-</code> significa ninguno.
channel-too-late = Esa pregunta ya está cerrada. Abre las reglas otra vez: /sources
channel-choice-quote = { $value }
channel-choice-age = { $value } s
channel-choice-sure = { $value }

button-rules = ⚙️ Reglas
button-channel-quote = Cotización habitual
button-channel-age = Antigüedad
button-channel-sure = Seguridad
button-channel-same = Señal repetida
button-channel-allowed = Símbolos
button-channel-names = Nombres
button-channel-ignore = Palabras que dejo fuera
button-channel-forget = Olvidar lo enseñado

teach-title = 🎓 <b>{ $name }</b>
teach-which-stop = ¿Qué número es el <b>stop</b>?
teach-which-entry = ¿Qué número es la <b>entrada</b>?
teach-which-target = ¿Qué número es un <b>objetivo</b>?
teach-number = { $number }
teach-part-stop = Señalar el stop
teach-part-entry = Señalar una entrada
teach-part-target = Señalar un objetivo
teach-no-prices = No encuentro en esa publicación ningún precio que pueda reconocer por sus palabras o su lugar.
teach-no-words = No encuentro nada junto a este número para reconocerlo la próxima vez. Elige otro o deja la publicación como está.
teach-rule = Regla nueva: { $rule }
teach-rule-words = después de «{ $words }» viene { $part }
teach-rule-after = antes de «{ $words }» viene { $part }
teach-rule-line = la línea { $line } de precios sueltos es { $part }
teach-named-stop = el stop
teach-named-entry = la entrada
teach-named-target = un objetivo
teach-changes = { $changed ->
    [0] Releí con ella las últimas { $count } publicaciones. Nada cambiaría.
    [one] Releí con ella las últimas { $count } publicaciones. Una se leería de otra forma:
   *[other] Releí con ella las últimas { $count } publicaciones. { $changed } se leerían de otra forma:
}
teach-post = <i>{ $text }</i>
teach-before = antes: { $reading }
teach-after = ahora: <b>{ $reading }</b>
teach-saved = 🎓 Aprendido para <b>{ $name }</b>. Así se leen sus próximas publicaciones.
teach-again = Te pregunto otra vez por esta publicación, como la leo ahora.
button-fix = 🔧 Enseñarme a leerla
button-teach-save = ✅ Guardar esta regla
button-teach-more = Señalar otro precio

reading-entry = entrada { $prices }
reading-stop = stop { $price }
reading-targets = objetivos { $prices }
reading-several = { $count } señales
reading-nothing = ninguna señal

notice-edited-withdrawn = Nadie la tomó y ya no se puede tomar. Ahora la publicación dice:
notice-outage-take = No se operó nada. Toca una para tomarla ahora: vuelvo a mirar el precio y tus reglas. Diez minutos.
button-take-late = ✅ { $side } { $symbol }
