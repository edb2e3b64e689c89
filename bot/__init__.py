from bot.lazy_models import put_off

put_off()
