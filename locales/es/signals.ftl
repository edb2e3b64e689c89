# Publicaciones reenviadas a mano y la respuesta a una señal propuesta.

forward-taken = 📨 Leída como publicación de <b>{ $channel }</b>. Si es una señal, lo sabrás enseguida.
forward-off = <b>{ $channel }</b> está apagado, así que esta publicación no hace nada. Primero enciende el canal:
forward-empty = Esa publicación no tiene texto: no hay nada que leer.
signal-taken = ✅ <b>{ $side } { $symbol }</b>: tomada. Ahora llega la confirmación.
signal-skipped = <b>{ $side } { $symbol }</b>: la dejo pasar.
