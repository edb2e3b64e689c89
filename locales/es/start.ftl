# La bienvenida, el idioma y las respuestas a lo que no se entiende.

start-hello =
    👋 <b>Te doy la bienvenida a Heliograph</b> · 1 de 3

    Leo los canales de trading que tú eliges. Cuando uno publica una señal, abro la operación en tu cuenta: con el tamaño que permite tu riesgo y un stop desde la primera ejecución. Te cuento todo lo que hago y todo lo que no hago.

    Empiezas con dinero de práctica: precios reales, nada que perder.
start-account =
    <b>Tu idioma y tu cuenta</b> · 2 de 3

    Con un toque tienes una cuenta de práctica con { $balance }. Opera a precios reales; no se envía ninguna orden de verdad.
start-channel =
    <b>Añade tu primer canal</b> · 3 de 3

    ✅ Tu cuenta de práctica está lista: { $name } · { $sign }

    Ahora reenvíame cualquier publicación de un canal de tu confianza, o hazme administrador de tu propio canal. Pregunto antes de cada operación hasta que pongas el canal en Auto.
start-shared = { $count ->
    [one] 🌐 Ya hay un canal compartido contigo: su próxima señal llega con un botón para tomarla.
   *[other] 🌐 Ya hay { $count } canales compartidos contigo: sus señales llegan con un botón para tomarlas.
}
start-back =
    👋 <b>Hola de nuevo</b>

    { $accounts ->
        [one] { $accounts } cuenta
       *[other] { $accounts } cuentas
    } · { $channels ->
        [one] { $channels } canal
       *[other] { $channels } canales
    } · { $positions ->
        [one] { $positions } operación abierta
       *[other] { $positions } operaciones abiertas
    }
start-add-channel = Reenvíame una publicación de un canal para seguirlo.
start-paused = ⏸ Las operaciones nuevas están en pausa. /resume las reanuda.
start-halted = 🛑 El trading está detenido. /resume vuelve a empezar.
start-house-halted = 🛑 El operador ha detenido el trading para todos. Te aviso cuando termine.
start-help = /help muestra todo lo que sé hacer.

button-next = Siguiente ›
button-make-paper = 📝 Crear mi cuenta de práctica

language-choose = ¿En qué idioma te hablo?
language-set = ✅ Ahora te hablo en español.

unknown-command = No conozco { $command }. /help muestra todos los comandos.
unknown-text = No puedo usar ese mensaje. Reenvíame una publicación de un canal o mira /help.
unknown-media = Solo leo texto. Reenvíame una publicación con sus palabras o mira /help.
