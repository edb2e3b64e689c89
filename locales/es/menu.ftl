# Un texto por comando: con ellos se hacen el menú de Telegram y /help.

command-start = Bienvenida y puesta en marcha
command-positions = Operaciones abiertas y su resultado
command-today = El resultado de hoy
command-preview = Qué leería en un texto y qué haría
command-sources = Los canales que leo por ti
command-connections = Tus cuentas
command-connect = Conectar una cuenta
command-pause = No abrir más operaciones
command-resume = Volver a abrir operaciones
command-halt = Detener: ninguna entrada, ya
command-panic = Cerrarlo todo y quedar fuera
command-language = Elegir el idioma
command-cancel = Dejar una pregunta mía
command-help = Todos los comandos
command-users = Las personas de este bot
command-health = ¿Funciona todo?

group-trades = Operaciones
group-setup = Canales y cuentas
group-control = Control
group-more = Más
group-admin = Para administradores

help-title = <b>Lo que sé hacer</b>
help-group = <b>{ $title }</b>
help-command = /{ $name } · { $about }
help-footer = Reenvíame una publicación de un canal para seguirlo.

bot-description =
    Leo los canales de trading que elijas y abro sus señales en tu cuenta: con el tamaño de tu riesgo y un stop desde la primera ejecución. Pregunto antes de cada operación hasta que digas otra cosa, y te cuento todo lo que hago y lo que no.

    Empiezas con dinero de práctica: precios reales, nada que perder. Pulsa Iniciar.
bot-short-description = Convierte publicaciones de canales en operaciones protegidas. Primero de práctica; pregunta antes de cada una.
