# Dónde se detuvo el lector de señales.
detail-condition = depende de algo: «{ $value }»
detail-words = { $value } palabras en un mensaje
missing-entry-price = el precio de entrada
