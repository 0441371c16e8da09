-- The sentences that texts are put together from: for each sort of item the parts in order, each with
-- its ways of saying it. `text.lua` fills what stands in braces; a figure is {3~9}.

local M = {}

-- How an item begins where a county's deputies are at work, and where a committee of the city is.
local congress = {
  "{date}，{who}组织{4~28}名人大代表到{town}{village}，围绕{topic}开展专题视察。",
  "{who}把{topic}列入今年监督计划，{date}起由主要负责同志带队，先后走访{3~12}个村（社区）。",
  "日前，{who}在{village}召开{topic}座谈会，{6~30}名代表和{5~40}名群众参加。",
  "{date}，{village}的{site}迎来{3~15}名人大代表，他们带着选民的嘱托来看{topic}。",
  "针对选民反映集中的{topic}问题，{who}于{date}启动代表小组活动。",
  "{who}自{date}起用{2~6}周时间，对辖区{topic}情况作了一次摸底。",
  "“{topic}办得怎么样，请大家说实话。”{date}，{who}把评议会开到了{village}。",
  "{who}组织{3~9}个代表小组分片调研{topic}，{date}在{town}碰头汇总。",
}
local committee = {
  "{date}，{who}听取{dept}关于{topic}工作进展的汇报。",
  "{who}围绕{topic}梳理人大代表意见{6~60}条，{date}召开办理推进会。",
  "{date}，{who}组织{3~18}名市人大代表到{town}{village}实地察看{topic}。",
  "按照市人大常委会审议意见，{who}于{date}列出{topic}整改清单，交{dept}办理。",
  "{who}组成{2~6}个调研组，{date}起到{town}等地了解{topic}情况。",
  "为办好市人大第{12~186}号代表建议，{who}会同{dept}围绕{topic}作了会商。",
}

local process = {
  "在{site}，代表们逐项询问经费来源和管护责任，{deputy}代表当场算了一笔账。",
  "一行人随后来到{village}，在{site}与{5~26}名群众围坐交谈。",
  "大家边看边议，重点查看了{site}和{site}。",
  "{village}党支部书记{deputy}谈了{2~5}点想法，希望{measure}。",
  "{dept}负责人到场作了说明，当面答复{3~14}个问题。",
  "代表们分成{2~4}路，不打招呼直接到{site}查看。",
  "现场发放问卷{60~800}份，回收率{80~99}%，最集中的一条是{problem}。",
  "村民{deputy}快人快语：“{problem}，我们等了{2~6}年了。”",
}
local facts = {
  "今年以来，{area}{fact}。", "截至目前，{fact}，{fact}。", "数据显示，全域{fact}；其中{town}{fact}。", "据{dept}统计，{fact}。",
}
local findings = {
  "检查也看到，{problem}。", "但{village}一带{problem}，群众意见较多。", "代表们同时指出，{problem}，{problem}。", "对照年初目标，{problem}，还有{2~9}个村没有销号。",
}
local steps = {
  "会上商定{measure}，{measure}。", "{who}建议{measure}，并{measure}。", "下一步将{measure}，力争{2~6}个月内见到成效。",
  "{dept}当即承诺{10~45}天内{measure}。", "目前已着手{measure}，首批在{village}等{2~8}个村试行。",
}
local ends = {
  "常委会将适时组织“回头看”。", "有关意见已转{dept}研究处理。", "办理结果将向代表反馈，并在{town}公示。", "{deputy}代表表示，会继续盯着这件事。",
  "此项工作已列入{unit}下一季度重点事项。", "目前各项工作正在推进。",
}
local causes = {
  "究其原因，一方面投入渠道单一，另一方面部门之间衔接不紧。", "分析起来，主要是责任链条在村一级断了档，考核又偏重数量。",
  "深层次看，既有历史欠账，也有人手和专业能力跟不上的问题。", "座谈中大家认为，政策是好的，卡在了最后一道手续上。",
  "这些问题与规划滞后、管护主体不清直接相关。",
}
local harm = {
  "受影响的有{village}等{2~14}个村{120~3600}人。", "今年以来{dept}已接到相关投诉{6~120}件。", "{town}为此先后开了{2~9}次协调会，仍未解决。",
  "群众{deputy}等{3~40}人为此联名来信。",
}

M.openings = { other = congress, committee = committee }

-- The parts that follow the opening, by the kind of item; one that begins with its own has it here.
M.kinds = {
  dynamic = { process, facts, findings, steps, ends },
  routine = { facts, process, steps, ends },
  commissioned = { facts, findings, steps, steps, ends },
  research = {
    open = {
      "近期，{who}组成调研组，用{5~30}天走访{town}等{3~9}个乡镇（街道）、{8~60}个村（社区），对{topic}作了专题调研。",
      "{date}起，{who}采取座谈、问卷和暗访相结合的办法调研{topic}，召开座谈会{3~12}场，访谈{40~360}人。",
      "受市人大常委会委托，{who}围绕{topic}开展了为期{2~7}周的调研，足迹到{town}、{village}等地。",
    },
    { "总体看，{fact}，{fact}，工作有了较好基础。", "从面上情况看，{fact}；{town}的做法较有代表性，{fact}。" },
    {
      "调研发现三个方面的问题：一是{problem}，仅{village}就涉及{20~400}户；二是{problem}；三是{problem}。",
      "存在的主要问题：一是{problem}；二是{problem}，{town}尤为突出；三是{problem}，反映的群众有{30~500}人。",
    },
    causes,
    {
      "为此建议：一是{measure}，由{dept}牵头，{2~10}个月内拿出方案；二是{measure}；三是{measure}，先在{village}试点。",
      "建议从三处着力：一是{measure}；二是{measure}，所需经费约{20~900}万元；三是{measure}，由{dept}负责落实。",
    },
    harm, ends,
  },
  voice = {
    open = {
      "市人大代表{speaker}在{village}接待选民时了解到，{problem}。", "“{problem}，能不能管一管？”{date}，人大代表{speaker}在{town}走访时，有选民这样问。",
      "{town}选区代表{speaker}连续{2~8}次到{village}察看，发现{problem}。",
    },
    harm,
    { "{speaker}代表建议{measure}，同时{measure}。", "代表建议：由{dept}牵头{measure}；对困难家庭再作倾斜。", "对此，{speaker}代表提出{measure}，并请{town}每{2~6}周通报一次进展。" },
    ends,
  },
  problem = {
    open = {
      "据{town}反映，{problem}。", "{date}，{who}在走访{village}时发现，{problem}。", "近期{village}群众多次反映，{problem}，{problem}。",
    },
    harm, causes, { "建议由{dept}牵头{measure}。", "当前急需{measure}，{measure}。", "{town}盼望{measure}，请有关部门给予指导。" }, ends,
  },
  opinion = {
    open = {
      "围绕{topic}，{who}汇总{6~40}名代表的意见，认为当前{problem}。", "{date}，{who}围绕{topic}当面听取{5~32}名代表的意见，大家反映{problem}。",
      "部分代表联名提出，{topic}要往实处走，眼下{problem}。",
    },
    harm,
    {
      "建议：一是{measure}；二是{measure}；三是{measure}，由{dept}每季度公布进度。", "意见集中在三条：一要{measure}；二要{measure}，先从{village}做起；三要{measure}。",
    },
    ends,
  },
}

-- What is added to one that is too short, or comes a second time.
M.more = { facts, harm, process, steps }

M.titles = {
  dynamic = { "{who}视察{topic}", "{unit}聚焦{topic}问需于民", "{village}来了代表小组：{measure}", "{unit}推动{measure}", "{town}：{topic}有了新办法" },
  routine = { "{unit}{topic}进展情况", "{unit}扎实推进{topic}", "{area}{fact}", "{town}{measure}" },
  commissioned = { "{unit}{topic}工作情况", "{unit}{topic}的做法与打算", "{unit}落实{topic}审议意见的情况" },
  research = { "关于{unit}{topic}情况的调研报告", "{unit}{topic}的难点与对策", "{topic}：来自{town}的调查" },
  voice = { "{speaker}代表：{measure}", "代表之声：{town}盼{measure}", "{village}选民的一件心事：{topic}" },
  problem = { "关于{town}{problem}的情况反映", "{village}{problem}", "{town}{topic}中的问题值得重视" },
  opinion = { "关于{topic}的三点建议", "代表建议{measure}", "{topic}：代表怎么说" },
}

M.titles_of_committee = {
  dynamic = { "{who}组织代表察看{topic}", "{who}推动{measure}", "{who}督办代表建议：{measure}", "{topic}整改有了时间表" },
}

M.merged_titles = { "{unit}等地推进{topic}的做法", "多地多措并举抓{topic}", "{unit}等{count}家单位工作动态" }
M.merged = { "{unit}抓{topic}，{fact}，{measure}。", "{unit}的{topic}工作：{fact}；下一步将{measure}。", "{unit}在{topic}上从小处做起，{measure}，{fact}。" }

return M
