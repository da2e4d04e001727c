"""The words of figures: English, Chinese."""

from __future__ import annotations

from collections.abc import Mapping

FIGURE_WORDS: Mapping[str, tuple[str, str]] = {
    # general
    "year": ("Year", "年份"),
    "load": ("Load", "用电负荷"),
    "no_data": ("no data", "无数据"),
    "both_bundles": ("both bundles", "两个组合"),
    "all_bundles": ("all {n} bundles", "全部{n}个组合"),
    "other_bundles": ("the other {n} bundles", "其余{n}个组合"),
    "unit.mt_a_year": ("Mt CO2/y", "百万吨CO2/年（Mt）"),
    "unit.twh_a_year": ("TWh/y", "太瓦时/年（TWh）"),
    "unit.bn_cny": ("bn CNY", "十亿元"),
    "scenario.adequate": ("adequate (province with ample margin)", "充裕（全省裕度充足）"),
    "scenario.balanced": ("balanced (province with a normal margin)", "平衡（全省裕度正常）"),
    "scenario.short": ("short (province without enough firm capacity)", "短缺（全省可靠容量不足）"),
    "scenario.tight": ("tight (province with a thin margin)", "偏紧（全省裕度偏低）"),
    "view.province": ("Provincial view", "全省视角"),
    "view.deliverability": ("Deliverability view", "可输送视角"),
    "view.island": ("Entitlement island", "权益孤网视角"),
    "view.island.alone": ("Island", "孤网视角"),
    # notes below figures
    "note.plan": (
        "Boundary: plan (energy CO2; power bought from the pool at its annual factor).",
        "边界：规划口径（能源相关CO2，外购电按省电力池年均因子计）。",
    ),
    "note.scenario": ("Scenario: {name}.", "情景：{name}。"),
    "note.bands": (
        "n\u00a0=\u00a0{n} replications that share weather and outages across bundles; bands and bars: 95% Student"
        " intervals of the mean.",
        "n\u00a0=\u00a0{n}次重复，各组合共用同一天气与故障抽样；阴影和误差线为均值的95%学生t区间。",
    ),
    "note.no_bands": (
        "n\u00a0=\u00a01 replication: intervals hold sampling error only, and stand only where it is known.",
        "n\u00a0=\u00a01次重复：区间只含抽样误差，仅在其已知处给出。",
    ),
    "note.grade": (
        "{share} of the city's parameters are recalled or assumed (grade C).",
        "城市参数中{share}为回忆或假设值（C级）。",
    ),
    "note.source": ("Study {study}-{digest}.", "研究{study}-{digest}。"),
    # emissions
    "emissions.level": ("CO2 by bundle", "各组合CO2排放"),
    "emissions.change": ("Difference from the baseline, pair by pair", "相对基准的逐对差值"),
    "emissions.deadline": ("plan: peak by {year}", "方案：{year}年前达峰"),
    "emissions.beyond": ("peak not established", "尚不能确认达峰"),
    "emissions.markers": (
        "Bands above: the baseline and one bundle (the plan, else the last). Markers: median peak year and mean"
        " peak level; thin lines: range of peak years over replications. A marker is hollow while fewer than five years"
        " follow in most runs.",
        "上图阴影只画基准与一个组合（方案，若无则最后一个）。标记：达峰年份中位数与峰值均值；细线：各次重复的达峰年份范围。多数重复中其后不足五年者，标记为空心。",
    ),
    "emissions.finding": ("plan-boundary CO2 {said}", "规划口径CO2：{said}"),
    "emissions.in_time": (
        "is highest by {limit} in every replication under {names} ({years})",
        "{names}在每次重复中均于{limit}年及以前出现最大值（{years}年）",
    ),
    "emissions.some": (
        "is highest by {limit} in some replications only: {met}",
        "只在部分重复中于{limit}年及以前出现最大值：{met}",
    ),
    "emissions.met": ("{met} of {n} under {names}", "{names}{n}次中{met}次"),
    "emissions.late": (
        "is highest after {limit} under {names} ({years})", "{names}在{limit}年之后出现最大值（{years}年）"
    ),
    "emissions.in_time_once": (
        "is highest by {limit} under {names} ({years}; one replication)",
        "{names}在{limit}年及以前出现最大值（{years}年，仅一次重复）",
    ),
    "emissions.open": (
        "has no established peak by {end} under {names}",
        "{names}到{end}年尚不能确认达峰",
    ),
    # generation
    "generation.serves_city": ("{bundle}: serves the city", "{bundle}：供应本市"),
    "generation.serves_province": ("{bundle}: stands here, serves the province", "{bundle}：位于本市、供应全省"),
    "generation.note": (
        "Net output, mean over replications. Above: units of the city, purchases from the pool (sales below zero) and"
        " load; error bars: own generation. Below: provincial units in the city and the direct-current link.",
        "净发电量，为各次重复的均值。上：本市机组、外购电（售电在零线以下）与用电量，误差线为本市机组发电量；下：位于本市的省调机组与直流落点。",
    ),
    "generation.share": ("{twh} TWh or {share} of load under {bundle}", "{bundle}下{twh} TWh，占用电量{share}"),
    "generation.finding": ("The city's own units give in {year}: {each}", "{year}年本市机组发电：{each}"),
    "source.nuclear": ("Nuclear", "核电"),
    "source.coal": ("Coal", "煤电"),
    "source.gas": ("Gas", "气电"),
    "source.waste": ("Waste and biomass", "垃圾与生物质"),
    "source.hydro": ("Hydro", "水电"),
    "source.wind": ("Wind", "风电"),
    "source.solar": ("Solar", "光伏"),
    "source.other": ("Other", "其他"),
    "source.hvdc": ("Direct-current link", "直流落点"),
    "source.purchase": ("Pool: bought, sold", "省电力池购售"),
    "source.discharge": ("Storage, discharging", "储能放电"),
    "source.response": ("Demand response", "需求响应"),
    "source.unserved": ("Unserved", "缺供"),
    # capacity
    "capacity.renewables": ("Renewables", "可再生能源"),
    "capacity.gas": ("Gas", "气电"),
    "capacity.storage": ("Storage", "储能"),
    "capacity.coal": ("Coal, provincial units included", "煤电（含省调机组）"),
    "capacity.target": ("target {year}:", "{year}年目标："),
    "capacity.note": (
        "Gross capacity in the city at the year's end: renewables are wind, sun, hydro, biomass and waste; storage is"
        " the power of batteries and pumped hydro. Targets: the plan. Bands: the baseline and one bundle (the plan,"
        " else the last).",
        "年末本市装机（毛容量）：可再生能源含风、光、水、生物质与垃圾发电；储能为电池与抽水蓄能功率。目标见方案。阴影只画基准与一个组合（方案，若无则最后一个）。",
    ),
    "capacity.met": (
        "{what} reach {asked} GW by {year} on average under {names}",
        "{what}在{names}下于{year}年平均达到{asked} GW",
    ),
    "capacity.met_one": (
        "{what} reaches {asked} GW by {year} on average under {names}",
        "{what}在{names}下于{year}年平均达到{asked} GW",
    ),
    "capacity.unmet": (
        "no bundle has {asked} GW of {what} in {year} (most: {best} GW)",
        "{year}年没有组合的{what}达到{asked} GW，最多为{best} GW",
    ),
    "capacity.plain": ("Installed capacity, {first} to {last}", "{first}—{last}年装机容量"),
    # stress week
    "week.supply": ("{bundle}: supply and load", "{bundle}：供电与负荷"),
    "week.flexible": ("{bundle}: what can move", "{bundle}：可调资源"),
    "week.ev_charging_mw": ("EV charging, as it comes", "电动车无序充电"),
    "week.smart_ev_mw": ("EV charging, smart", "电动车有序充电"),
    "week.charge_mw": ("Storage, charging (below 0)", "储能充电（零线以下）"),
    "week.discharge_mw": ("Storage, discharging", "储能放电"),
    "week.response_mw": ("Demand response", "需求响应"),
    "week.short": ("Province short", "全省缺电时段"),
    "week.short.alone": ("Short before its own measures", "动用自身措施前的缺电时段"),
    "week.note": (
        "One operated week of {year}, replication {replication}: a single draw, not an expectation. Chosen in the first"
        " bundle as the week around the day with the {why}.",
        "{year}年第{replication}次重复中的一周：一次抽样，不是期望值。按左侧组合中{why}的一天选取，该日居中。",
    ),
    "week.by_shortage_mw": ("largest provincial shortage", "全省缺口最大"),
    "week.by_own_shortage": ("largest shortage before its own measures", "动用自身措施前缺口最大"),
    "week.by_unserved_mw": ("most unserved energy", "缺供电量最多"),
    "week.by_residual_load_mw": ("highest residual load", "净负荷最高"),
    "week.each": (
        "{unserved} MWh unserved and up to {bought} GW bought under {bundle}",
        "{bundle}缺供{unserved} MWh，最大外购{bought} GW",
    ),
    "week.finding": (
        "In the hardest week of {year}, from {start}: {each}",
        "{year}年最紧张的一周（{start}起）：{each}",
    ),
    # duration
    "duration.load": ("Load", "负荷"),
    "duration.residual": ("Left to buy or burn", "须外购或用燃料发电的负荷"),
    "duration.hours": ("Hours of the year at or above", "全年不低于该值的小时数"),
    "duration.note": (
        "Hours of {year}, each curve sorted by itself, logarithmic axis. Right: load and storage charging less wind,"
        " sun, storage discharging, response and unserved load. Bands: the baseline and one bundle (the plan, else the"
        " last).",
        "{year}年逐时数据，各曲线分别排序，横轴为对数。右：负荷加储能充电，减去风光出力、储能放电、需求响应与缺供。阴影只画基准与一个组合（方案，若无则最后一个）。",
    ),
    "duration.lowered": (
        "{bundle} lowers the {hours} highest hours of residual load in {year} ({change}; baseline {base})",
        "{bundle}使{year}年净负荷最高的{hours}小时变化{change}（基准{base}）",
    ),
    "duration.unclear": (
        "No bundle clearly lowers the {hours} highest hours of residual load in {year} ({base}; largest change under"
        " {bundle}: {change})",
        "{year}年净负荷最高的{hours}小时（{base}）没有被任何组合明显降低；变化最大的是{bundle}：{change}",
    ),
    "duration.alone": (
        "The {hours} highest hours of residual load in {year} average {base}",
        "{year}年净负荷最高的{hours}小时平均为{base}",
    ),
    # reliability
    "reliability.eue_mwh": ("EUE, MWh/y", "期望缺供电量EUE（MWh/年）"),
    "reliability.lole_d": ("LOLE, d/y", "失负荷期望LOLE（天/年）"),
    "reliability.note": (
        "Adequacy by sequential Monte Carlo, {years} sample-years a year, {pooling}. LOLE: days with unserved energy."
        " Filled: mean with its interval, cut at zero. Hollow: nothing was unserved in any sample year, upper bound of"
        " 95% (three events in all, for LOLE each of the longest mean repair, a month at most, for EUE each of one"
        " machine's own MW for its own mean repair). The frame ends at 2.5 times the highest mean at most; an arrow"
        " up marks what goes on beyond it, and a hollow mark on the axis with a dotted line a bound that lies beyond.",
        "充裕度由序贯蒙特卡罗估计，每年{years}个抽样年，{pooling}。LOLE：出现缺供的天数。实心：均值及其区间，以零为下限；空心："
        "抽样年中均未缺供，为95%上界（总共三次事件；LOLE按每次持续最长的平均修复时间（至多一个月），EUE按单台机组容量乘以其自身平均修复时间）。"
        "图框至多到最高均值的2.5倍，向上箭头表示超出图框；轴上空心标记加点线表示上界在图框之外。",
    ),
    "reliability.pooled": ("pooled over the years of each period", "按时段合并"),
    "reliability.by_year": ("each year by itself", "逐年给出"),
    "reliability.leaves": ("the baseline leaves {base} unserved", "基准缺供{base}"),
    "reliability.none": (
        "the baseline leaves 0 MWh/y unserved, at most {bound} (95%, no shortage in any sample year)",
        "基准缺供0，至多{bound} MWh/年（95%上界，抽样年中均未见缺电）",
    ),
    "reliability.base": (
        "in the provincial view {leaves}",
        "全省视角下，{leaves}",
    ),
    "reliability.no_province": (
        "no provincial view in this study; in the view '{view}' {leaves}",
        "本研究没有全省视角；在“{view}”中，{leaves}",
    ),
    "reliability.lower": (
        "{names} lowers it in each of {n} pairs ({change})", "{names}在{n}对重复中每对都使其减少（{change}）"
    ),
    "reliability.lower_most": (
        "{names} lower it in each of {n} pairs, {most} most ({change})",
        "{names}在{n}对重复中每对都使其减少，{most}最多（{change}）"
    ),
    "reliability.higher": (
        "{names} raises it in each of {n} pairs ({change})", "{names}在{n}对重复中每对都使其增加（{change}）"
    ),
    "reliability.higher_most": (
        "{names} raise it in each of {n} pairs, {most} most ({change})",
        "{names}在{n}对重复中每对都使其增加，{most}最多（{change}）"
    ),
    "reliability.chance": (
        "no interval leaves zero out; without any effect the pairs of a bundle have one sign with a chance of {odds}",
        "但各区间均含零；即使没有影响，一个组合的各对同号的概率也有{odds}",
    ),
    "reliability.unclear": (
        "no bundle's change can be told from chance (n\u00a0=\u00a0{n})",
        "各组合的变化都无法与偶然区分（n\u00a0=\u00a0{n}）",
    ),
    # map
    "credit_curves.missing": (
        "no capacity credits by size; set 'capacity_credit: curves' in a scenario",
        "没有随规模变化的容量置信度；在情景中设置 capacity_credit: curves",
    ),
    "map.panel": ("{bundle}, {year}", "{bundle}，{year}年"),
    "map.note": (
        "Highest hourly flow that the market asked for over the usable N-1 limit, the highest of all replications, in"
        " the year of the plan's goal and in the year with most overloaded hours of lines; stations are filled by their"
        " transformers. Redispatch relieves what it can. County cells"
        " are schematic (nearest seat), not borders. Links to the province are not drawn.",
        "市场所需的全年最大小时潮流与可用N-1限额之比，为各次重复中的最大值；所示为规划目标年和线路越限小时最多的年份；"
        "变电站按主变负载率着色。可由重新调度消除的越限均已消除。"
        "县区为示意单元（最近驻地），不是行政边界。未画出与全省的联络。",
    ),
    "map.substation": ("500 kV station or outside node", "500 kV变电站或市外节点"),
    "map.small": ("220 kV node", "220 kV节点"),
    "map.plant": ("Power plant", "电厂"),
    "map.converter": ("Converter", "换流站"),
    "map.over": (
        "{over} of {of} branches would exceed their limit in some hour under {bundle} (most: {worst}, {share})",
        "{bundle}下{of}条支路中有{over}条重新调度前越限（最高{worst}，{share}）",
    ),
    "map.over_one": (
        "one of {of} branches would exceed its limit in some hour under {bundle} ({worst}, {share})",
        "{bundle}下{of}条支路中有1条重新调度前越限（{worst}，{share}）",
    ),
    "map.none_over": (
        "no branch would exceed its limit under {bundle} (most: {worst}, {share})",
        "{bundle}下没有支路需求越限（最高{worst}，{share}）",
    ),
    "map.finding": (
        "With dated and ordered reinforcements, {year}: {each}",
        "计入已定及电网公司下单的加固，{year}年：{each}",
    ),
    "map.then": ("In {year}: {each}", "{year}年：{each}"),
    # targets
    "targets.met": ("met in every replication", "每次重复均达成"),
    "targets.partly": ("met in some", "部分重复达成"),
    "targets.unmet": ("met in none", "均未达成"),
    "targets.absent": ("not evaluated", "未评估"),
    "targets.by": ("by {year}", "不晚于{year}年"),
    "targets.not_before": ("not before {year}", "不早于{year}年"),
    "targets.about": ("about {year}", "{year}年前后"),
    "targets.most": (
        "{names}: {n} of {of} targets met in every replication",
        "{names}：{of}项目标中有{n}项每次重复均达成",
    ),
    "targets.base": ("{name}: {n}", "{name}：{n}项"),
    "targets.note": (
        "{shown} of the plan's {total} targets that the model measures; the others have no number or are not modelled."
        " 'About' (≈) counts as reached from 5% below; more than asked is met. Value ± half of its 95% interval (none"
        " where all replications agree), years as their range, and replications that meet the target.",
        "方案{total}项目标中模型可衡量的{shown}项；其余没有数值或未建模。“左右”（≈）指不低于目标值的95%，超出也算达成。格内为数值±95%区间半宽（各次重复相同者不标），年份为各次重复的范围，及达成的重复次数。",
    ),
    # differences
    "measure.co2_cum_mt": ("Cumulative CO2,\nplan boundary", "累计CO2，\n规划口径"),
    "measure.system_cum_mt": ("Cumulative CO2,\nwhole province", "累计CO2，\n全省系统"),
    "measure.cost_bn_cny": ("System cost", "系统成本"),
    "measure.eue_mwh": ("EUE, provincial view", "EUE，全省视角"),
    "differences.clear": ("interval leaves zero out", "区间不含零"),
    "differences.unclear": ("cannot be told from zero", "无法与零区分"),
    "differences.note": (
        "Differences from the baseline over pairs of one replication, all years. Cost: what the city pays, without"
        " excise, undiscounted, CNY of 2020; the table says how much of it is resources.",
        "各组合与基准在同一次重复中的差值，全部年份。成本为本市支付（不含消费税），未贴现，2020年价；其中资源消耗部分见表。",
    ),
    "differences.co2": (
        "over {span} {bundle} changes the city's cumulative CO2 by {change}",
        "{span}年{bundle}使本市累计CO2变化{change}",
    ),
    "differences.system": ("that of the whole province by {change}", "全省累计CO2变化{change}"),
    "differences.cost": ("cost by {change}", "成本变化{change}"),
    "differences.none": (
        "No bundle's saving of CO2 can be told from chance (n\u00a0=\u00a0{n})",
        "各组合的CO2减排都无法与偶然区分（n\u00a0=\u00a0{n}）",
    ),
}
