"""The words of the report's tables and headings: English, Chinese. Its prose stands in templates/words.*.html."""

from __future__ import annotations

from collections.abc import Mapping

REPORT_WORDS: Mapping[str, tuple[str, str]] = {
    "report.answer": ("The answer first", "先说结论"),
    "report.figures": ("Figures", "图"),
    "report.calibration": ("Does the model reproduce what happened?", "模型能否重现历史？"),
    "report.reliability": ("Do the lights stay on? Three views", "供电可靠吗？三种视角"),
    "report.reliability.alone": ("Do the lights stay on?", "供电可靠吗？"),
    "report.targets": ("The plan's targets", "方案目标"),
    "report.weak": ("What rests on weak data", "哪些结果依赖薄弱数据"),
    "report.limits": ("What the model does not do", "模型未涵盖的内容"),
    "report.run": ("How it was run", "运行方式"),
    "report.all": ("Every measure", "全部指标"),
    "report.contents": ("Contents", "目录"),
    "report.download": ("Numbers of this figure (CSV)", "本图数据（CSV）"),
    "report.left_out": ("Left out", "未绘制"),
    "report.one_scenario": ("Scenario {name}", "情景：{name}"),
    "report.headline_caption": (
        "{scenario}. {baseline}: level; others: difference from it, ± half of the 95% interval over {n} pairs of"
        " replications that share their chance; in brackets the share of pairs with that sign. Bold: the interval"
        " leaves zero out; intervals are not widened for their number. '0, at most': no shortage in any sample year,"
        " and the upper bound (95%, rule of three).",
        "{scenario}。{baseline}为水平值；其他列为与其之差，±为{n}对共用随机数的重复的95%区间半宽；括号内为同号的比例。"
        "粗体：区间不含零；未作多重比较校正。“0，至多”：抽样年中均未见缺电，所列为上界（95%，三倍法则）。",
    ),
    "report.headline_caption.once": (
        "{scenario}. {baseline}: level; others: difference from it. n\u00a0=\u00a0{n} replication: ± is 1.96 standard"
        " errors of the sampling of adequacy, where that is known; whether another replication would say the same, no"
        " number here tells. '0, at most': no shortage in any sample year, and the upper bound (95%, rule of three).",
        "{scenario}。{baseline}为水平值；其他列为与其之差。n\u00a0=\u00a0{n}次重复：±为充裕度抽样标准误的1.96倍，仅在其已知处给出；"
        "换一次重复是否仍然如此，本表不能回答。“0，至多”：抽样年中均未见缺电，所列为上界（95%，三倍法则）。",
    ),
    "at_most": ("0, at most {bound}", "0，至多{bound}"),
    "unit.sum": ("{unit} in {span}", "{unit}，{span}年合计"),
    "report.calibrated": (
        "Calibration: {met} of {all} checks that are neither input nor balance lie within their tolerance.",
        "校核：既非输入亦非平衡的{all}项检验中有{met}项在容差之内。",
    ),
    "report.failed_runs": (
        "{failed} runs failed and {missing} are missing; their pairs are left out.",
        "有{failed}次运行失败、{missing}次缺失，相应配对不计入。",
    ),
    "report.one_replication": (
        "One replication: differences may be chance. ± is there only for what is sampled (adequacy), and holds only its"
        " sampling error.",
        "只有一次重复：差值可能出于偶然；±只见于抽样所得的充裕度指标，且只含抽样误差。",
    ),
    "report.censored": (
        "Highest in the last year simulated, so the peak may lie beyond it: {each}.",
        "以下运行在末年仍为最高，峰值可能在其后：{each}。",
    ),
    "report.runs_of": ("{bundle} {count} of {all} runs", "{bundle} {count}/{all}次"),
    "measure": ("Measure", "指标"),
    "unit": ("Unit", "单位"),
    "unit.TWh gross": ("TWh gross", "TWh（毛发电量）"),
    "unit.year": ("year", "年"),
    "unit.1": ("", ""),
    "unit.d/y": ("d/y", "天/年"),
    "unit.h/y": ("h/y", "小时/年"),
    "unit.1/y": ("1/y", "次/年"),
    "unit.MWh/y": ("MWh/y", "MWh/年"),
    "unit.bn CNY": ("bn CNY", "十亿元"),
    "measure.peak_year": ("Peak year, plan boundary", "达峰年份（规划口径）"),
    "measure.peak_mt": ("Peak CO2, plan boundary", "峰值CO2（规划口径）"),
    "measure.co2_2030_mt": ("CO2 in 2030, plan boundary", "2030年CO2（规划口径）"),
    "measure.long.co2_cum_mt": ("Cumulative CO2, plan boundary", "累计CO2（规划口径）"),
    "measure.consumption_cum_mt": ("Cumulative CO2, consumption boundary", "累计CO2（消费口径）"),
    "measure.territorial_cum_mt": ("Cumulative CO2, territorial boundary", "累计CO2（属地口径）"),
    "measure.long.system_cum_mt": ("Cumulative CO2, whole province", "累计CO2（全省系统）"),
    "measure.lole_d": ("LOLE, provincial view", "LOLE（全省视角）"),
    "measure.lole_d.deliverability": ("LOLE, deliverability view", "LOLE（可输送视角）"),
    "measure.lole_d.island": ("LOLE, entitlement island", "LOLE（权益孤网视角）"),
    "measure.eue_mwh.deliverability": ("EUE, deliverability view", "EUE（可输送视角）"),
    "measure.eue_mwh.island": ("EUE, entitlement island", "EUE（权益孤网视角）"),
    "measure.lole_d.island.alone": ("LOLE, island", "LOLE（孤网视角）"),
    "measure.eue_mwh.island.alone": ("EUE, island", "EUE（孤网视角）"),
    "measure.saidi_h": ("SAIDI, without planned work", "SAIDI（不含计划停电）"),
    "measure.saidi_h.bulk": ("SAIDI, of it shortage of supply", "SAIDI：其中缺电"),
    "measure.saifi": ("SAIFI at least, without planned work", "SAIFI下限（不含计划停电）"),
    "measure.saifi.bulk": ("SAIFI at least, of it shortage of supply", "SAIFI下限：其中缺电"),
    "measure.margin_mw": (
        "Margin of the pool to 2.4 h/y, provincial view", "省电力池距2.4小时/年的裕度（全省视角）"
    ),
    "measure.unserved_mwh": ("Unserved in the operated years", "运行年缺供电量"),
    "measure.curtailed_gwh": ("Curtailed, nuclear included", "弃电量（含核电）"),
    "measure.curtailed_share": ("Curtailed share of wind and sun", "弃风弃光率"),
    "measure.oil_cum_pj": ("Oil burnt on land", "陆路交通用油"),
    "measure.targets_met": ("Targets met", "达成目标数"),
    "measure.leakage": (
        "Leakage: 1 − ΔSystem/ΔTerritorial, where the territory saves and the rest of the province emits more",
        "碳泄漏：1 − Δ系统/Δ属地（仅在属地减排而省内其他增排时定义）",
    ),
    "measure.elsewhere_cum_mt": (
        "Cumulative CO2, rest of the province: system less territorial", "累计CO2（省内其他：系统减属地）",
    ),
    "measure.long.cost_bn_cny": (
        "System cost: what the city pays, without excise", "系统成本：本市支付（不含消费税）",
    ),
    "measure.resource_bn_cny": (
        "Resource cost: what city and whole province use up", "资源成本：本市与全省的资源消耗",
    ),
    "measure.pool_transfer_bn_cny": (
        "System less resource cost: paid to the pool's producers beyond what they use up",
        "系统成本减资源成本：付给电网侧发电者、超出其资源消耗的部分",
    ),
    "measure.fuel_tax_bn_cny": ("Fuel taxes (transfer, in no cost)", "燃油消费税（转移支付，不计入成本）"),
    "measure.carbon_bn_cny": ("Carbon payments (transfer, in no cost)", "碳支付（转移支付，不计入成本）"),
    "measure.storage_losses_gwh": ("Losses of the city's stores", "本市储能损耗"),
    "check": ("Check", "检验项"),
    "check.role": ("Role", "性质"),
    "check.model": ("Model", "模型"),
    "check.reference": ("Statistics", "统计值"),
    "check.error": ("Relative error", "相对误差"),
    "check.tolerance": ("Tolerance", "容差"),
    "check.verdict": ("Within?", "是否在内"),
    "check.caption": (
        "Baseline, mean of {n} replications. An input was used to fit a parameter and proves nothing; a balance follows"
        " from what is given.",
        "基准组合，{n}次重复的均值。“输入”已用于拟合参数，不构成检验；“电量平衡”由给定数据推得。",
    ),
    "check.what": ("{fuels}, {place}, {first} to {last}", "{place}{fuels}，{first}至{last}"),
    "role.test": ("test", "检验"),
    "role.input": ("input, fitted", "输入（已拟合）"),
    "role.hold-out": ("hold-out", "留出检验"),
    "role.balance": ("energy balance", "电量平衡"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "place.city": ("city", "全市"),
    "place.province": ("province", "全省"),
    "fuel.coal": ("coal", "煤电"),
    "fuel.natural_gas": ("gas", "气电"),
    "fuel.uranium": ("nuclear", "核电"),
    "fuel.wind": ("wind", "风电"),
    "fuel.solar": ("sun", "光伏"),
    "fuel.water": ("hydro", "水电"),
    "fuel.msw": ("waste", "垃圾发电"),
    "fuel.biomass": ("biomass", "生物质发电"),
    "fuel.electricity": ("CO2 per MWh sold", "售电碳排放因子"),
    "target": ("Target", "目标"),
    "target.asked": ("Asked", "要求"),
    "target.status": ("In the model", "模型中的状态"),
    "target.modelled": ("measured, see the figure", "可衡量，见图"),
    "target.unmodelled": ("{status}", "未建模"),
    "target.no_number": ("no number in the plan", "方案未给数值"),
    "target.caption": ("All {n} targets of the plan and how the model treats them.", "方案全部{n}项目标及模型的处理。"),
    "grade.A": ("A: read in a source", "A级：直接读自来源"),
    "grade.B": ("B: derived", "B级：推导"),
    "grade.C": ("C: recalled or assumed", "C级：回忆或假设"),
    "grade.caption": ("Grades of the city's parameters", "城市参数的等级"),
    "grade": ("Grade", "等级"),
    "grade.share": ("Share of the city's parameters", "占城市参数的比例"),
    "run.study": ("Study", "研究"),
    "run.city": ("City", "城市"),
    "run.years": ("Years", "年份"),
    "run.seed": ("Seed", "随机种子"),
    "run.replications": ("Replications", "重复次数"),
    "run.engine": ("Dispatch engine", "调度引擎"),
    "run.sample_years": ("Sample-years of adequacy", "充裕度抽样年数"),
    "run.scenarios": ("Scenarios", "情景"),
    "run.command": ("Command", "命令"),
    "run.counts": ("Runs", "运行"),
    "run.counted": ("{done} done, {failed} failed, {missing} missing", "完成{done}，失败{failed}，缺失{missing}"),
    "run.cpu": ("CPU time of all runs", "全部运行的CPU时间"),
    "run.version": ("Program", "程序"),
    "run.libraries": ("Libraries", "程序库"),
    "run.digest": ("Digests: study, city, program", "摘要：研究、城市、程序"),
    "report.margin": (
        "The provincial margin is a load of the province, not of the city: what could be added to the province in every"
        " hour until shortage of the pool reaches the city for {standard} h/y. Hours in which only the city's"
        " own offtakes or lines fall short are in LOLH and not in this margin. The city bears {share} of a provincial"
        " shortage and its own storage and response fill that part first, so one megawatt of them can move this margin"
        " by up to {times} MW; it must not be read as room for load in the city.",
        "全省裕度是全省的负荷，而不是本市的：在每小时给全省增加多少负荷，省电力池短缺给本市造成的缺供才达到{standard}小时/年。"
        "仅由本市受电通道或线路不足造成的缺供小时计入LOLH，不计入该裕度。"
        "本市只分担全省缺口的{share}，且由自身的储能与响应先行填补，因此本市1兆瓦的措施最多可使该裕度变化{times}兆瓦；"
        "不可将其理解为本市可新增的负荷。",
    ),
    "report.customers": (
        "SAIDI and SAIFI are hours out and interruptions of the average customer a year, means over the years: faults"
        " of 10 kV feeders (by their length, {section} km darkened at once) and severe storms at given rates, alike in"
        " all bundles, and shortage of supply. Of that each hour counts what is cut over the load of the hour, and"
        " SAIFI is a lower bound: whoever is off stays off while the cut lasts, and nobody is switched off in turn for"
        " another."
        " Planned work on the network is left out. {error}",
        "SAIDI与SAIFI为平均每户每年的停电小时数与次数，各年平均：10 kV馈线故障（按线路长度，每次停电一段{section} km）"
        "与强台风按给定频率计，各组合相同；另加缺电。缺电逐小时按切除负荷与当时负荷之比计；SAIFI为下限："
        "切除持续期间停电用户不轮换。不含计划停电。{error}",
    ),
    "report.customers.error": (
        "± is, as in the table, half of the 95% interval over replications, which differ in shortages alone: the rates"
        " of faults and storms are given.",
        "±与表中相同，为各次重复的95%区间半宽；各次重复只在缺电上不同，故障与台风频率为给定值。",
    ),
    "report.customers.error_once": (
        "With one replication ± is the sampling error of shortages; the rates of faults and storms are given.",
        "只有一次重复时，±为缺电的抽样误差；故障与台风频率为给定值。",
    ),
    "report.states": (
        "Dry, short of fuel or hot: how probable such years of the province are is assumed (grade C). With every such"
        " state at the low or high end of its range the provincial view moves, as the mean of all years in scenario"
        " {scenario}, to: {each}. A probability is set by --set province_state.<state>.",
        "全省枯水、缺煤或酷热年份的概率均为假设（C级）。若各类年份的概率同取其范围的下限或上限，"
        "情景“{scenario}”下全省口径各年平均值变为：{each}。可用 --set province_state.<state> 设定概率。",
    ),
    "report.states_of": (
        "{bundle}: EUE {mwh} MWh/y ({low_mwh} to {high_mwh}), LOLH {hours} h/y ({low_hours} to {high_hours})",
        "“{bundle}”期望缺供电量{mwh} MWh/年（{low_mwh}至{high_mwh}），缺供{hours}小时/年（{low_hours}至{high_hours}）",
    ),
    "peak.caption": (
        "Peak status of CO2 in the plan boundary, scenario {scenario}: shares of runs, medians of the rest. Peaked: at"
        " least five years have passed since the maximum and the Mann-Kendall trend of the years after it falls with"
        " p < 0.05; the maximum itself, chosen because it is one, is no evidence of a fall."
        " Plateau: three years have passed, or the trend is flat (Sen's slope below 1% a year, p of 0.05 and more)."
        " Else not peaked. Where fewer than five years have passed, the trend is that of the last six. Method: Jiang et"
        " al. 2021, Clim. Change Res. 17(2), 131–139, with Hamed and Rao's correction of autocorrelation, exact for"
        " up to eight years; thresholds are parameters of grade C.",
        "规划口径CO2的达峰状态，情景：{scenario}；各状态为运行占比，其余为中位数。已达峰：最大值之后至少五年，且其后各年"
        "Mann-Kendall趋势下降、p<0.05（最大值因其最大而被选出，本身不作为下降的证据）。平台期：最大值之后已满三年，或趋势平缓（Sen斜率每年低于1%、p≥0.05）。其余为"
        "未达峰。不足五年时取最后六年的趋势。方法：Jiang等2021，Clim. Change Res. 17(2)，131–139，并作Hamed-Rao"
        "自相关修正，不超过八年时用精确检验；判定参数为C级。",
    ),
    "bundle": ("Bundle", "组合"),
    "peak.peaked": ("Peaked", "已达峰"),
    "peak.by_trend": (
        "By the trend since its highest year (Mann-Kendall) CO2 has peaked in {said}",
        "按最大值以来的趋势（Mann-Kendall）判断已达峰：{said}",
    ),
    "peak.count": ("{met} of {n} runs under {names}", "{names}{n}次中{met}次"),
    "peak.untold": ("not told: one year", "仅一年，无法判断"),
    "peak.plateau": ("Plateau", "平台期"),
    "peak.not_peaked": ("Not peaked", "未达峰"),
    "peak.year": ("Year of the maximum", "最大值年份"),
    "peak.p": ("p of the trend since", "此后趋势的p值"),
    "peak.slope": ("Sen's slope a year", "Sen斜率（每年）"),
    "peak.n": ("Runs", "运行数"),
    "measure.peaked": ("Runs that have peaked (Mann-Kendall)", "已达峰的运行占比（Mann-Kendall）"),
    "overload.caption": (
        "Hours above the N-1 limit in {years}, mean of {n} replications, and those of the worst year. They remain where"
        " redispatch cannot help; nobody is cut off to keep N-1. 500 kV lines get a circuit when plants being built"
        " would overload them or a year of waiting costs more; it takes years. A dash: less than half an hour.",
        "{years}年越过N-1限额的小时数（{n}次重复均值）及最多的一年，均为重新调度后仍存在者；不为保N-1而切负荷。在建电厂将使500kV线路越限，"
        "或等待一年的代价高于一回线年费时，增建一回，建设需数年。短横：不足半小时。",
    ),
    "overload.branch": ("Line or station", "线路或变电站"),
    "overload.all": ("All", "合计"),
    "overload.kept": ("Relieved by redispatch", "经重新调度消除"),
    "overload.cell": ("{hours} ({most} in {year})", "{hours}（{year}年{most}）"),
    "measures.without": (
        "{without} of the plan's {all} measures have no lever yet: {names}.",
        "方案{all}项措施中有{without}项尚无对应政策杠杆：{names}。",
    ),
    # demo
    "demo.found": (
        "Found: over {first}–{last} '{bundle}' emits {co2} than '{base}' (of {level} Mt, plan boundary) and costs"
        " {cost}; {lost}. Three years show no peak: that takes a run to 2040.",
        "结果：{first}–{last}年，“{bundle}”比“{base}”{co2}（规划口径，基准共{level} Mt），成本{cost}；{lost}。"
        "三年看不出达峰，需运行到2040年。",
    ),
    "demo.kt_less": ("{value} kt CO2 less", "少排放二氧化碳{value}千吨"),
    "demo.kt_more": ("{value} kt CO2 more", "多排放二氧化碳{value}千吨"),
    "demo.mcny_less": ("{value} million CNY less", "低{value}百万元"),
    "demo.mcny_more": ("{value} million CNY more", "高{value}百万元"),
    "demo.lights": ("nobody went without power", "没有缺供电"),
    "demo.lost": ("{mwh} MWh went unserved", "缺供电{mwh} MWh"),
    "demo.next": (
        "Next: dafeng compare {folder}  (all numbers)\n"
        "      dafeng explain {folder} --bundle {bundle}  (who chose what)\n"
        "      dafeng run jiangmen --bundle {bundle} --years 2020-2040  (when it peaks)",
        "下一步：dafeng compare {folder}  （全部数字）\n"
        "        dafeng explain {folder} --bundle {bundle}  （谁作了什么选择）\n"
        "        dafeng run jiangmen --bundle {bundle} --years 2020-2040  （何时达峰）",
    ),
}
