"""Portuguese."""

LABELS: dict[str, str] = {
    "buy": "compra|comprar|compramos|comprem|compre",
    "hint_buy": "compras|comprado|comprando",
    "sell": "venda|vender|vendam|vende",
    "hint_sell": "vendas|vendido|vendemos",
    "bull": "alta|altista",
    "bear": "baixa|baixista|queda",
    "term": "longo prazo|curto prazo|medio prazo|prazo longo|prazo curto",
    "entry": (
        "entrada|entradas|preço de entrada|ponto de entrada|entrar|preço entrada|entrar em|abertura"
        "|faixa de entrada|região de entrada|entrada em|entrada entre"
    ),
    "entry+zone": "zona de compra|zona de venda|zona de entrada|região de compra|região de venda",
    "more": "preço medio|segunda entrada|reforço|aporte",
    "stop": "stop loss|perda máxima|limite de perda|parar perda|stop em|stop no",
    "target": ("alvo|alvos|objetivo|objetivos|take|takes|realização|realizar lucro|lucro alvo|meta|metas|alvo final"),
    "market": "agora|a mercado|mercado|preço de mercado|já|preço atual entrada|à mercado",
    "limit": "limite|ordem limite|pendente|ordem pendente|limitada",
    "zone": "faixa|entre|região|até|zona",
    "leverage": "alavancagem|alavancado|alav",
    "cross": "cruzada|cruzado|margem cruzada",
    "isolated": "isolada|isolado|margem isolada",
    "pips": "pontos|ponto",
    "skip": "suporte|resistência|preço atual|lucro|banca|lote|lotes|data|hora|risco retorno|gestão|saldo",
    "risk": "risco|gerenciamento|risco por operação",
    "none": "sem stop|sem sl|sem stop loss",
    "open": "aberto|deixar correr|livre",
    "filler": (
        "de|em|na|no|da|do|e|ou|a|o|com|para|por|par|moeda|ouro|sinal|operação|direção|novo|nova|ordem|tipo|ativo"
        "|até|depois"
    ),
    "percent": "por cento",
}

TALK: dict[str, str] = {
    "hit": (
        "atingido|atingida|batido|batida|bateu|alcançado|alcançada|alcançou|fechado|fechada|resultado|resultados"
        "|resumo|parabéns|stopado|stopada|realizado|pago|lucramos|concluído|atingiu|stopou|no lucro|ontem|exemplo"
        "|gain|gains|pegou|pegamos|stopamos|lucro de|bateram|no gain|fechou|ganhamos|no positivo|deu gain"
        "|deu loss"
    ),
    "cond": "se|quando|caso|espere|esperar|aguardem|aguardar|aguarde|pode|talvez|possível|somente se",
    "negation": "não|nunca|nao|sem entrar",
    "future": "vou|vai|vamos|em breve|amanhã|próximo|próxima|preparem|aviso|avisarei|será|logo mais|atenção para",
    "ask": "que|como|qual|por que|porque|quem",
}

ORDERS: dict[str, str] = {
    "close": (
        "fechar|fechamos|feche|fechem|fechando|encerrar|encerramos|encerrem|encerre|sair|saímos|saiam|fecho"
        "|encerrando|zerar|zeramos|zerem|fechem tudo|saindo|fecha tudo|fecha a operação|fecha a posição"
        "|fecha agora|fecha a ordem|saiam da operação|sai da operação|encerra|sai agora"
    ),
    "part": "parcial|parciais|uma parte|parte|um pouco",
    "take_part": (
        "realizar parcial|realizem parcial|fazer parcial|parcial aqui|realiza parcial|realizar parciais"
        "|saída parcial|fechar parcial|realizem|faça parcial|façam parcial|fechem parcial|parcial agora"
    ),
    "half": "metade|a metade",
    "all": "tudo|todas|todos",
    "rest": "o resto|restante|resto",
    "move": (
        "mover|movam|mova|movemos|movendo|colocar|coloquem|coloque|subir|subam|suba|ajustar|ajustem|ajuste"
        "|alterar|alterem|mudar|mudem|mude|puxar|puxem|trazer|levar|passar|novo|altere|protejam|proteger|puxa"
        "|leve|levem|coloca|põe|ponha|ponham|arrasta|arrastem|tragam|traz|jogar|joguem|joga|sobe o|desce o|mova o"
        "|levem o|subindo"
    ),
    "stop": "stop|stop loss|sl",
    "target": "alvo|alvos|take",
    "be": (
        "entrada|preço de entrada|ponto de entrada|zero a zero|0x0|a entrada|breakeven|zero|0 a 0|0 x 0"
        "|na entrada|no zero a zero|no preço de entrada|no preço|no ponto de entrada|no breakeven|no 0x0|no zero"
    ),
    "risk_free": "sem risco|risco zero|stop no zero|stop na entrada|no 0x0|zero risco|zerar o risco",
    "cancel": (
        "cancelar|cancelem|cancelamos|cancelada|cancelado|cancele|excluir|excluam|remover|apagar|deletar|anular"
        "|cancela|exclua"
    ),
    "pending": "ordem|ordens|pendente|pendentes|sinal|entrada|limite|operação",
    "modify": "atualização|modificação|correção|alteração|atualizando|modificar|corrigindo",
    "reenter": (
        "reentrada|reentrar|entrar novamente|entrar de novo|voltamos a entrar|entramos novamente|reentramos"
        "|entrem novamente"
    ),
    "trade": "operação|operações|posição|posições|ordem|ordens|trade|compra|venda",
    "filler": "e|a|ao|o|de|em|na|no|da|do|os|as|com|por|já|para|agora|pra",
    "take_part+half": "fecha metade|fecha a metade|fecha meia|realiza metade|fechem metade|realizem metade",
    "percent": "por cento",
}
