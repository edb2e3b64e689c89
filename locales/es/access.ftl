# Lo que se dice en la puerta.

access-stranger = 👋 Sigo canales de trading por ti. /start te da una cuenta de práctica: precios reales, sin dinero real.
access-closed = 🔒 Este bot es privado. Pide a su dueño que te deje entrar. Tu número es <code>{ $chat }</code>
access-blocked = ⛔ El administrador te ha bloqueado. Lo abierto sigue gestionado; no se aceptan comandos nuevos.
access-slow = 🐢 Han sido más de { $limit } mensajes en un minuto; con el último no hago nada. Dame un momento y envíalo otra vez.
