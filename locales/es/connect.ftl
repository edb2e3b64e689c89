# Conectar un exchange: la elección, la clave, su prueba, el dinero real.

connect-choose =
    <b>Una cuenta nueva</b>

    📝 De práctica: precios reales, dinero que no lo es. Toca su saldo.
    🔑 En un exchange: toca su nombre o escribe <code>/connect okx</code>.
connect-choose-paper =
    📝 <b>Una cuenta de práctica nueva</b>

    Opera a precios reales con dinero que no lo es. ¿Con cuánto empieza?
connect-no-vault = 🔒 Todavía no se pueden conectar exchanges: este bot no tiene una clave maestra para sellar tus claves. Su operador tiene que poner una primero.
connect-no-vault-admin =
    🔒 Todavía no se pueden conectar exchanges: no hay clave maestra con la que sellar las claves. <code>run.py keys new k1</code> imprime una línea <code>k1:…</code>. Ponla en <code>.env</code> como <code>MASTER_KEYS=k1:…</code> y reinicia.
connect-unknown = No conozco ningún exchange llamado <b>{ $name }</b>. Elige uno:
connect-all = <b>{ $count } exchanges</b>
connect-market = <b>{ $exchange }</b>: ¿en qué mercado opero?
connect-where = <b>{ $exchange }</b>: ¿con dinero real o primero en su red de pruebas?
market-spot = Spot
market-swap = Futuros
where-testnet = 🧪 Red de pruebas
where-real = 💵 Dinero real
button-more = Todos los exchanges ›
button-cancel = Cancelar

key-title = 🔑 <b>{ $exchange }</b> · { $market } · { $sign }
key-title-old = 🔑 Clave nueva para <b>{ $name }</b> · { $exchange } · { $market } · { $sign }
key-ask = Envíame: <b>{ $field }</b> ({ $number } de { $count }). Borro tu mensaje al instante y lo guardo sellado.
key-rights =
    Crea una clave que pueda leer y operar, y que <b>no</b> pueda retirar. Si el exchange permite ligarla a una dirección, hazlo.
key-testnet-any = 🧪 Crea la clave en la red de pruebas del exchange. Una clave del propio exchange no funciona allí.
key-testnet-binance-spot = 🧪 La red de pruebas spot de Binance: crea la clave en testnet.binance.vision. Una clave de binance.com no funciona allí.
key-testnet-binance-swap = 🧪 Para futuros es el demo trading de Binance: crea la clave en demo.binance.com, en API Management. Una clave de binance.com o de la antigua red de pruebas de futuros no funciona allí.
key-testnet-binanceusdm = { key-testnet-binance-swap }
key-testnet-okx = 🧪 En OKX es el demo trading: cambia a Demo trading en okx.com y crea allí la clave. Una clave real no funciona en él.
field-apiKey = clave API
field-secret = secreto API
field-password = frase de acceso
field-uid = ID de usuario
field-login = usuario
field-token = token
field-accountId = ID de cuenta
field-walletAddress = dirección de la cartera
field-privateKey = clave privada
field-twofa = secreto de dos factores
key-not-deleted = ⚠️ <b>No pude borrar tu mensaje.</b> Bórralo tú ahora y, al terminar, crea otra clave en el exchange: "Cambiar clave" en la ficha de la cuenta.
key-not-one = Eso no parece una clave: es una sola palabra sin espacios. Envía cada valor en un mensaje propio.
key-not-text = Solo acepto una clave como texto tuyo: ni imagen, ni archivo, ni nada reenviado.
key-edited = Has cambiado un mensaje. Envía el valor en uno nuevo, por favor.
key-lost = Me reinicié mientras lo enviabas, y no anoto ninguna clave sin sellar. Envíalo otra vez, por favor.
key-expired = ⌛ Tardó demasiado o se canceló. No he guardado nada. Empieza de nuevo: /connect · /connections
question-left = ✖️ Cancelado. Nada ha cambiado.
question-over = Ya no hay ninguna pregunta abierta. Tus cuentas: /connections · todos los comandos: /help
key-left = ✖️ Ya no pido esa clave y no he guardado nada de ella. No envíes ahora ninguna parte; /connect empieza de nuevo.
key-left-old = ✖️ Ya no pido una clave nueva y no he guardado nada de ella. La cuenta conserva la que tiene. No envíes ahora ninguna parte de la nueva; "Cambiar clave" en /connections empieza de nuevo.
key-again = No se conectó nada nuevo.
key-again-old = La cuenta conserva la clave que tenía.
key-mend = Arréglalo en el exchange y prueba otra vez, o envía el primer valor de otra clave.
key-none-here = <b>{ $name }</b> · { $sign } no tiene ninguna clave que pueda cambiar.
button-test-again = ↻ Probar otra vez
key-done = ✅ <b>{ $name }</b> · { $sign } está conectada.
key-done-old = ✅ <b>{ $name }</b> · { $sign } tiene su clave nueva.
key-latency = El exchange respondió en { $latency } ms. La clave lee y opera.
key-latency-reads = El exchange respondió en { $latency } ms. La clave puede leer.
key-money = Patrimonio: <b>{ $equity }</b>
key-ip = 💡 Liga la clave a la dirección de este bot en el exchange, si lo ofrece: así una clave robada no vale nada.
key-rights-unknown = ⚠️ No pude comprobar los permisos de esta clave: el exchange no los dice. Míralos allí, por favor: tiene que poder operar y no debe poder retirar.
key-withdraw-unknown = ⚠️ El exchange no dice si esta clave puede retirar. Míralo allí, por favor: no debe poder.
key-withdraw-risk = ⚠️ Esta clave puede retirar. El operador lo permite; es más seguro sin ello.
key-testnet = Las señales de tus canales operan en ella desde ahora, con dinero de prueba. /sources muestra los canales.
key-watching = 👀 Por ahora solo observa. No se envía ninguna orden con dinero real hasta que lo actives.

connection-tested = Probada hace { $ago } · { $latency } ms
connection-silent = ⚠️ No responde; última prueba hace { $ago }.
connection-well = ✅ Responde, y la clave está bien.
state-watching = 👀 observa: no envía órdenes
button-test = Probar
button-rename = Renombrar
button-rekey = Cambiar clave
button-live = 💵 Operar con dinero real
button-watch = 👀 Solo observar
button-known = Lo sé

live-phrase = OPERAR CON DINERO REAL
live-ask =
    💵 <b>{ $name }</b> · { $sign }

    Las señales abrirán operaciones con dinero real. Si lo quieres, escribe exactamente esto en dos minutos:

    <code>{ $phrase }</code>
live-wrong = Esa no era la frase. No se activó nada.
live-late = ⌛ Pasaron los dos minutos. No se activó nada.
live-on = 💵 <b>Dinero real.</b> Las señales nuevas abren operaciones en esta cuenta.
live-off = 👀 <b>Solo observa.</b> Aquí no hay operaciones nuevas; las abiertas siguen atendidas.
live-not-real = <b>{ $name }</b> · { $sign } no tiene dinero real.
live-not-here = 🔒 El operador de este bot no permite que tu cuenta opere con dinero real.

rename-ask = ¿Cómo se va a llamar <b>{ $name }</b> · { $sign }? Envíame el nombre nuevo.
rename-late = ⌛ Tardó demasiado. Toca Renombrar otra vez: /connections
rename-done = ✅ Renombrada.
known-done = Anotado. No repetiré esta alarma. Las operaciones de allí siguen sin mí hasta que se cambie la clave.
