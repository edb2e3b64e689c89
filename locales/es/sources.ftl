# Los canales que se siguen.

sources-empty =
    Aún no sigues ningún canal propio.

    Reenvíame cualquier publicación de un canal, o hazme administrador del tuyo.
source-title = 📡 <b>{ $name }</b>
source-mode-off = <b>Apagado</b>: lo leo y no hago nada.
source-mode-ask = <b>Pregúntame</b>: te muestro cada señal con un botón para tomarla.
source-mode-auto = <b>Auto</b>: opero cada señal enseguida, dentro de tus límites.
source-mode-paper = <b>Papel</b>: opero cada señal enseguida, solo con dinero de juego.
source-shared = 🌐 Compartido con todos
source-offer = 📡 ¿Seguir <b>{ $name }</b>? Te pregunto antes de cada operación.
source-invited = 📡 Ya soy administrador de <b>{ $name }</b>. ¿Lo sigo? Te pregunto antes de cada operación.
source-followed = ✅ Sigues <b>{ $name }</b>.
source-read = Estoy en ese canal y leo sus publicaciones sin ayuda.
source-by-hand = No estoy en ese canal y no veo sus publicaciones: reenvíamelas a mano o hazme administrador allí.
source-remove-ask = ¿Dejar de seguir <b>{ $name }</b>? Las operaciones abiertas siguen como están.
source-remove-yes = Sí, dejar de seguir
source-removed = Ya no sigues <b>{ $name }</b>.

button-follow = 📡 Seguir
button-mode-on = ● { $mode }
button-share = 🌐 Compartir con todos
button-unshare = Dejar de compartir
