from lessalone.people import actions, handles, terms


def test_joining_makes_a_member():
    member = actions.join(terms=terms.current(), password="a long quiet phrase")
    assert member.approved_at
    assert member.handle.count("-") == 2
    assert actions.invite_moderator
    assert len(handles.quiet_words()) > 600
