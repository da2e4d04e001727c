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
    "shortage_hours.bar": ("hours short a year", "年缺电小时数"),
    "shortage_hours.note": (
        "Colour: expected hours of shortage a year in that month and hour; one scale for all panels; white: none seen.",
        "颜色：该月该时刻每年的期望缺电小时数，各图同一色标；白色为未见缺电。",
    ),
    "shortage_hours.finding": (
        "under {bundle} {share} of the shortage falls in month {month} and {part} between {start}:00 and {end}:00",
        "{bundle}下{share}的缺电时间落在{month}月，{part}落在{start}时至{end}时",
    ),
    "shortage_events.x": ("Duration, h (lowest of the class)", "持续时间（小时，组下限）"),
    "shortage_events.y": ("Deepest hour, MW (lowest of the class)", "最大缺额（MW，组下限）"),
    "shortage_events.note": (
        "Area: expected shortages a year of that duration and depth; one scale for all panels, the largest is {most} a"
        " year.",
        "面积：该时长与深度的年期望缺电次数，各图同一比例，最大为每年{most}次。",
    ),
    "shortage_events.finding": (
        "under {bundle} half of the {times} shortages a year last {hours} h or more, and half reach {depth} MW or more",
        "{bundle}下年均{times}次缺电，其中一半持续{hours}小时及以上，一半缺额达{depth} MW及以上",
    ),
    "credit.y": ("Capacity credit, MW per MW", "容量置信度（MW/MW）"),
    "credit.note": (
        "ELCC over capacity in the year's own system of {bundle}, load added until it stands at its standard; computed"
        " in the first year and every fifth, held between. A credit lies between 0 and 1, and its interval ends there;"
        " intervals as wide as half the frame are left out.",
        "{bundle}当年系统的等效负荷承载能力（ELCC）与装机之比，加负荷至可靠性标准；首年及每五年计算一次，其间不变。置信度介于0与1之间，区间以此为界；宽度达半幅的区间未画出。",
    ),
    "credit.still": (
        "From {first} to {last} no technology's capacity credit changes", "{first}年至{last}年各类技术的容量置信度不变",
    ),
    "credit.held": (
        "Capacity credits of {first}, held until the next are computed", "{first}年的容量置信度，至下次计算前不变",
    ),
    "credit.finding": (
        "From {first} to {last} a megawatt's credit changes most for {name}: from {start} to {end}",
        "{first}–{last}年，单位容量置信度变化最大的是{name}：由{start}变为{end}",
    ),
    "curve.x": ("Capacity added to the system, GW", "新增容量（GW）"),
    "curve.note": (
        "ELCC over capacity added to the system of {bundle} in {year}, load added until it stands at its standard;"
        " bands: 95% interval, cut at 0 and 1, between which a credit must lie.",
        "{bundle}{year}年系统中新增容量的等效负荷承载能力（ELCC）与容量之比，加负荷至可靠性标准；阴影为95%区间，以0和1为界（置信度必在其间）。",
    ),
    "curve.finding": (
        "In {year} the credit of {name} falls most with size: from {start} at {small} GW to {end} at {large} GW",
        "{year}年{name}的容量置信度随规模下降最多：由{small} GW时的{start}降至{large} GW时的{end}",
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
