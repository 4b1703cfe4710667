from lessalone.families import actions, facts


def test_smoke(family):
    assert facts.name_for(family.jack, family.ana.pk) == "Jack"
    assert facts.name_for(family.jack, family.sam.pk) == "Jack"
    assert facts.name_for(family.jack, family.eve.pk) == ""
    actions.part_ways(actor=family.sam, parent=family.parent(family.sam))
    assert facts.names_of(family.jack) == ["Jack", "Jack"]
