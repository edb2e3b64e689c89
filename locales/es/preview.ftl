### /preview: qué haría un texto.

preview-title = 🔎 <b>Vista previa</b> · no se opera nada
preview-how = Envía /preview con el texto detrás, o responde a un mensaje con /preview. Muestro qué leo en él y qué haría en tus cuentas.
preview-signal = <b>{ $side } { $symbol }</b>
preview-account = <b>{ $name }</b> · { $sign }
preview-plan = ✅ { $quantity } { $base } con el stop en { $stop }
preview-no-account = Aún no tienes cuenta: /connect crea una.
preview-instruction = Una instrucción para operaciones abiertas del canal del que viene.
preview-unclear = Parece una señal, pero no la operaría:
preview-nothing = Aquí no leo ninguna señal ni instrucción. No haría nada.
