"""The words of the figures of shortages and capacity credits: English, Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SHORTAGE_WORDS: Mapping[str, tuple[str, str]] = {
    "hour_of_day": ("Hour of the day", "时刻"),
    "month": ("Month", "月份"),
    "shortages.sampled": (
        "Adequacy, {view}, mean over the years {first}–{last}.",
        "充裕度抽样，{view}，{first}–{last}年平均。",
    ),
    "shortage_hours.bar": ("hours short, h/y", "缺电小时数（小时/年）"),
    "shortage_hours.note": (
        "Colour: expected hours of shortage (h/y) in that month and hour; one scale for all panels; white: none seen.",
        "颜色：该月该时刻每年的期望缺电小时数，各图同一色标；白色为未见缺电。",
    ),
    "shortage_hours.finding": (
        "under {bundle} {share} of the shortage falls in month {month} and {part} between {start}:00 and {end}:00"
        " ({count} shortages seen, in {short} of {weather} weather years)",
        "{bundle}下{share}的缺电时间落在{month}月，{part}落在{start}时至{end}时（抽样所见缺电{count}次，"
        "出现于{weather}个气象年中的{short}个）",
    ),
    "shortages.few": (
        "under {bundle} {count} shortages were seen in {years} sample years, too few to say {what}",
        "{bundle}下{years}个抽样年中仅见缺电{count}次，不足以判断{what}",
    ),
    "shortages.one": (
        "under {bundle} one shortage was seen in {years} sample years, too few to say {what}",
        "{bundle}下{years}个抽样年中仅见缺电1次，不足以判断{what}",
    ),
    "shortages.when": ("when in the year they fall", "缺电的季节与时刻"),
    "shortages.like": ("how long and deep they are", "缺电的时长与深度"),
    "shortages.seen": (
        "Shortages seen: {each}. A weather year is a year of a replication; its sample years share its weather.",
        "抽样所见缺电次数：{each}。气象年指一次重复中的一年，其各抽样年天气相同。",
    ),
    "shortages.seen_of": (
        "{bundle} {count} in {years} sample years, in {short} of {weather} weather years",
        "{bundle} {years}个抽样年中{count}次（{weather}个气象年中的{short}个）",
    ),
    "shortage_events.keys": ("Shortages, 1/y", "缺电，次/年"),
    "shortage_events.x": ("Duration, h (lowest of the class)", "持续时间（小时，组下限）"),
    "shortage_events.y": ("Deepest hour, MW (lowest of the class)", "最大缺额（MW，组下限）"),
    "shortage_events.note": (
        "Area: expected shortages (1/y) of that class of duration and depth, as in the key; one scale for all panels.",
        "面积：该时长与深度组别的期望缺电次数（次/年），见图例，各图同一比例。",
    ),
    "shortage_events.finding": (
        "under {bundle} half of the shortages ({times} 1/y, {count} seen) last {hours} h or more, and half reach"
        " {depth} MW or more",
        "{bundle}下缺电{times}次/年（抽样所见{count}次），其中一半持续{hours}小时及以上，一半缺额达{depth} MW及以上",
    ),
    "credit.y": ("Capacity credit, MW per MW", "容量置信度（MW/MW）"),
    "credit.note": (
        "ELCC over capacity in the year's own system, load added until it stands at its standard; a mark stands where"
        " it was computed, in the first year and every fifth, and it holds until the next. Marks of a year stand side"
        " by side. Bars: 95% interval, cut at 0 and 1, between which a credit must lie. Imports and small hydro are"
        " constants of the data and not shown.",
        "当年系统的等效负荷承载能力（ELCC）与装机之比，加负荷至可靠性标准；标记为计算所得，首年及每五年一次，其间不变；同一年的标记错开排列。"
        "误差线为95%区间，以0和1为界（置信度必在其间）。外来电与小水电为数据常数，未画出。",
    ),
    "credit.absent": ("Not shown, as no run has any: {names}.", "各次运行均无、故未画出：{names}。"),
    "credit.constants": (
        "all capacity credits are constants of the data (capacity_credit: table); none was computed",
        "容量置信度均为数据常数（capacity_credit: table），未经计算",
    ),
    "credit.still": (
        "from {first} to {last} no technology's capacity credit changes under {bundle}",
        "{bundle}下{first}年至{last}年各类技术的容量置信度不变",
    ),
    "credit.held": (
        "{bundle}: capacity credits of {first}, held until the next are computed",
        "{bundle}：{first}年的容量置信度，至下次计算前不变",
    ),
    "credit.finding": (
        "from {first} to {last} a megawatt's credit changes most for {name} under {bundle}: from {start} to {end}",
        "{first}–{last}年，{bundle}下单位容量置信度变化最大的是{name}：由{start}变为{end}",
    ),
    "curve.x": ("Capacity added to the system, GW", "新增容量（GW）"),
    "curve.note": (
        "ELCC over capacity added to the system of {year}, load added until it stands at its standard; marks of one"
        " size stand side by side. Bars: 95% interval, cut at 0 and 1, between which a credit must lie.",
        "{year}年系统中新增容量的等效负荷承载能力（ELCC）与容量之比，加负荷至可靠性标准；同一规模的标记错开排列。误差线为95%区间，以0和1为界（置信度必在其间）。",
    ),
    "curve.finding": (
        "in {year} the credit of {name} falls most with size under {bundle}: from {start} at {small} GW to {end} at"
        " {large} GW",
        "{year}年{bundle}下{name}的容量置信度随规模下降最多：由{small} GW时的{start}降至{large} GW时的{end}",
    ),
    "curve.solar": ("solar", "光伏"),
    "curve.wind_offshore": ("offshore wind", "海上风电"),
    "curve.storage_1h": ("storage, 1 h", "储能1小时"),
    "curve.storage_2h": ("storage, 2 h", "储能2小时"),
    "curve.storage_4h": ("storage, 4 h", "储能4小时"),
    "curve.storage_8h": ("storage, 8 h", "储能8小时"),
    "curve.response": ("demand response", "需求响应"),
    "curve.v2g": ("cars feeding back", "车网互动（V2G）"),
    "credit.solar": ("solar", "光伏"),
    "credit.offshore": ("offshore wind", "海上风电"),
    "credit.onshore": ("onshore wind", "陆上风电"),
    "credit.battery": ("battery", "电池储能"),
    "credit.pumped": ("pumped hydro", "抽水蓄能"),
    "credit.coal": ("coal", "煤电"),
    "credit.gas": ("gas", "气电"),
    "credit.nuclear": ("nuclear (EPR)", "核电（EPR）"),
}
"""Key -> English, Chinese."""
