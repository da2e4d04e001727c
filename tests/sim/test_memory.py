"""What is under construction, by technology and by bus."""

from dafeng.agents.works import Build, Connect
from dafeng.sim.memory import coming, pipeline
from dafeng.sim.site import Task


def test_works_are_summed_by_bus_and_by_technology_and_lines_are_no_plants():
    works = [
        Build("a", "a", 1.0, 0.0, None, detail={"technology": "coal_usc", "mw": 955.0, "bus": "N05"}),
        Build("b", "b", 1.0, 0.0, None, detail={"technology": "gas_chp", "mw": 635.0, "bus": "N05"}),
        Build("c", "c", 1.0, 0.0, None, detail={"technology": "coal_usc", "mw": 100.0}),
        Connect("N05", "L02", 1.0, 0.0, None, detail={"capital_cny": 1.0, "number": 1}),
    ]
    tasks = [Task(item, "lead", 1.0, number) for number, item in enumerate(works)]
    assert coming(tasks) == {"N05": 1590.0}
    assert pipeline(tasks) == {"all": 1690.0, "coal_usc": 1055.0, "gas_chp": 635.0}
