"""Portuguese."""

LABELS: dict[str, str] = {
    "buy": (
        "compra|comprar|compramos|comprem|compre|compro|comprar agora|posição comprada|entrada comprada"
        "|entrar comprado|entrar na compra|abrir compra|ordem de compra"
    ),
    "hint_buy": "compras|comprado|comprando",
    "sell": (
        "venda|vender|vendam|vende|vendo|posição vendida|entrada vendida|entrar vendido|entrar na venda|abrir venda"
        "|ordem de venda|vendemos"
    ),
    "hint_sell": "vendas|vendido|vendemos",
    "bull": "alta|altista",
    "bear": "baixa|baixista|queda",
    "term": "longo prazo|curto prazo|medio prazo|prazo longo|prazo curto",
    "entry": (
        "entrada|entradas|preço de entrada|ponto de entrada|entrar|preço entrada|entrar em|abertura|faixa de entrada"
        "|região de entrada|entrada em|entrada entre|entrada a|entrada no|preço de compra|preço de venda"
        "|nível de entrada|entrando|entramos|entro|preço|entrada 1|entrada 2|primeira entrada"
    ),
    "entry+zone": (
        "zona de compra|zona de venda|zona de entrada|região de compra|região de venda|faixa de compra|faixa de venda"
        "|área de entrada|área de compra|área de venda|faixa de preço|intervalo de entrada|zona entrada"
    ),
    "more": "preço medio|segunda entrada|reforço|aporte",
    "stop": (
        "stop loss|perda máxima|limite de perda|parar perda|stop em|stop no|parada|stop de perda|sl em|stoploss em"
        "|stop inicial|stop técnico|limite perda|pare de perder|parar perdas|corte de perda"
    ),
    "target": (
        "alvo|alvos|objetivo|objetivos|take|takes|realização|realizar lucro|lucro alvo|meta|metas|alvo final|alvo 1"
        "|primeiro alvo|segundo alvo|terceiro alvo|alvo em|tp em|realizar em|tomada de lucro|tomar lucro"
        "|realização de lucro|saída|saída em|preço alvo|alvos em|pegar lucro|obter lucro"
    ),
    "market": "agora|a mercado|mercado|preço de mercado|já|preço atual entrada|à mercado",
    "limit": "limite|ordem limite|pendente|ordem pendente|limitada",
    "zone": "faixa|entre|região|até|zona",
    "leverage": "alavancagem|alavancado|alav",
    "cross": "cruzada|cruzado|margem cruzada",
    "isolated": "isolada|isolado|margem isolada",
    "pips": "pontos|ponto",
    "skip": (
        "suporte|resistência|preço atual|banca|lote|lotes|data|hora|risco retorno|gestão|saldo|preço ao vivo|capital"
        "|gerenciamento de risco|horário|tempo gráfico|cotação|spread|probabilidade|assertividade"
    ),
    "outcome": "lucro",
    "risk": "risco|gerenciamento|risco por operação",
    "none": "sem stop|sem sl|sem stop loss",
    "open": "aberto|deixar correr|livre",
    "filler": (
        "de|em|na|no|da|do|e|ou|a|o|com|para|por|par|moeda|ouro|sinal|operação|direção|novo|nova|ordem|tipo|ativo|até"
        "|depois|ao|aos|os|as|um|uma|meu|minha|seu|pessoal|galera|família|que|é|está|lado|pares|nossa|nosso|pelo|pela"
        "|à"
    ),
    "percent": "por cento",
    "buy+market": "compra agora|compra a mercado|comprem agora|compra já",
    "sell+market": "venda agora|venda a mercado|vendam agora|vender agora|venda já",
    "buy+limit": "compra limite|compra limit|limite de compra|ordem de compra limite|compra pendente",
    "sell+limit": "venda limite|venda limit|limite de venda|ordem de venda limite|venda pendente",
    "entry+market": (
        "entrada a mercado|entrada agora|entrada mercado|entrar agora|entrem agora|entrada imediata|entrar a mercado"
        "|entrada no preço atual|entrada a preço de mercado"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "saímos em|saímos aos|saímos com"
        "|atingido|atingida|batido|batida|bateu|alcançado|alcançada|alcançou|fechado|fechada|resultado|resultados"
        "|resumo|parabéns|stopado|stopada|realizado|pago|lucramos|concluído|atingiu|stopou|no lucro|ontem|exemplo"
        "|gain|gains|pegou|pegamos|stopamos|lucro de|bateram|no gain|fechou|ganhamos|no positivo|deu gain|deu loss"
        "|batemos|alvo batido|alvo atingido|stop atingido|stop batido|tp batido|no bolso|lucrou|gain no|green|greens"
        "|fechamos no|fechada no"
    ),
    "cond": (
        "se|quando|caso|espere|esperar|aguardem|aguardar|aguarde|pode|talvez|possível|somente se|se romper|esperando"
        "|aguardando|poderia|podemos|caso rompa"
    ),
    "negation": "não|nunca|nao|sem entrar|não entrem|não façam|evitem",
    "future": (
        "vou|vai|vamos|em breve|amanhã|próximo|próxima|preparem|aviso|avisarei|será|logo mais|atenção para|avisaremos"
        "|aviso vocês|em instantes"
    ),
    "ask": "que|como|qual|por que|porque|quem",
}

ORDERS: dict[str, str] = {
    "close": (
        "fechar|fechamos|feche|fechem|fechando|encerrar|encerramos|encerrem|encerre|sair|saímos|saiam|fecho"
        "|encerrando|zerar|zeramos|zerem|fechem tudo|saindo|fecha tudo|fecha a operação|fecha a posição|fecha agora"
        "|fecha a ordem|saiam da operação|sai da operação|encerra|sai agora|encerro|encerrar a|fecho a|feche a"
        "|fechem a|fechem agora|sair da|saiam da|saiam de|saio|liquidar|liquidem|zerem a|zerar a|finalizar|finalizem"
        "|finalizamos"
    ),
    "part": "parcial|parciais|uma parte|parte|um pouco",
    "take_part": (
        "realizar parcial|realizem parcial|fazer parcial|parcial aqui|realiza parcial|realizar parciais|saída parcial"
        "|fechar parcial|realizem|faça parcial|façam parcial|fechem parcial|parcial agora|realizo parcial"
        "|realizamos parcial|parcial feita|tirar parcial|tirem parcial|tirem uma parte|garantir parcial"
        "|garantam parcial|reduzir posição|reduzam|garantam lucro|embolsar|embolsem|realizar lucro parcial"
    ),
    "half": "metade|a metade",
    "all": "tudo|todas|todos",
    "rest": "o resto|restante|resto",
    "move": (
        "mover|movam|mova|movemos|movendo|colocar|coloquem|coloque|subir|subam|suba|ajustar|ajustem|ajuste|alterar"
        "|alterem|mudar|mudem|mude|puxar|puxem|trazer|levar|passar|novo|altere|protejam|proteger|puxa|leve|levem"
        "|coloca|põe|ponha|ponham|arrasta|arrastem|tragam|traz|jogar|joguem|joga|sobe o|desce o|mova o|levem o"
        "|subindo|passem|passe|passa|sobe|desce|desçam|trocar|troquem|arrastar|arraste|deslocar|desloquem|atualizar"
        "|atualizem|posicionar|posicionem|movam o|levar o|subimos|descemos|ajustamos|mudamos|alteramos|movimentem"
        "|garantir"
    ),
    "stop": "stop|stop loss|sl",
    "target": "alvo|alvos|take",
    "be": (
        "entrada|preço de entrada|ponto de entrada|zero a zero|0x0|a entrada|breakeven|zero|0 a 0|0 x 0|na entrada"
        "|no zero a zero|no preço de entrada|no preço|no ponto de entrada|no breakeven|no 0x0|no zero"
        "|preço da entrada|preço entrada|no preço da entrada|no zero x zero|para a entrada|para entrada"
        "|ao preço de entrada|no be|para o be|preço médio"
    ),
    "risk_free": (
        "sem risco|risco zero|stop no zero|stop na entrada|no 0x0|zero risco|zerar o risco|para be|para o breakeven"
        "|para o zero a zero|sl na entrada|sl no be|stop no be|sl para entrada|stop para entrada|stop no 0x0"
        "|operação sem risco|zere o risco|tirar o risco"
    ),
    "cancel": (
        "cancelar|cancelem|cancelamos|cancelada|cancelado|cancele|excluir|excluam|remover|apagar|deletar|anular"
        "|cancela|exclua|desconsiderar|desconsiderem|retirar|retirem|apaguem|deletem|cancelo|cancelei|removam|anulem"
        "|excluímos|esqueçam"
    ),
    "pending": "ordem|ordens|pendente|pendentes|sinal|entrada|limite|operação",
    "modify": "atualização|modificação|correção|alteração|atualizando|modificar|corrigindo",
    "reenter": (
        "reentrada|reentrar|entrar novamente|entrar de novo|voltamos a entrar|entramos novamente|reentramos"
        "|entrem novamente"
    ),
    "trade": "operação|operações|posição|posições|ordem|ordens|trade|compra|venda",
    "filler": "e|a|ao|o|de|em|na|no|da|do|os|as|com|por|já|para|agora|pra",
    "take_part+half": (
        "fecha metade|fecha a metade|fecha meia|realiza metade|fechem metade|realizem metade|realizar metade"
    ),
    "percent": "por cento",
    "hold": "deixem correr|deixar correr|segurem|segurar|manter|mantenham|deixe correr",
}
