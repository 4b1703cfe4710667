from django.urls import URLPattern, URLResolver, path

from lessalone.moderation.views import desk, families, leads, telling

urlpatterns: list[URLPattern | URLResolver] = [
    # For everyone
    path("report", telling.tell_us, name="moderation-tell-us"),
    path("report/<pid:public_id>", telling.report, name="moderation-tell"),
    path("held/<pid:public_id>", telling.held, name="moderation-held"),
    # For moderators
    path("moderation", desk.desk, name="moderation-desk"),
    path("moderation/reports", desk.reports, name="moderation-reports"),
    path("moderation/reports/<pid:public_id>", desk.report, name="moderation-report"),
    path("moderation/reports/<pid:public_id>/take", desk.take, name="moderation-take"),
    path("moderation/reports/<pid:public_id>/settle", desk.settle, name="moderation-settle"),
    path("moderation/items/<pid:public_id>", desk.item, name="moderation-item"),
    path("moderation/items/<pid:public_id>/hold", desk.hold, name="moderation-hold"),
    path("moderation/items/<pid:public_id>/decide", desk.decide, name="moderation-decide"),
    path("moderation/holds", desk.holds, name="moderation-holds"),
    path("moderation/decisions", desk.decisions, name="moderation-decisions"),
    path("moderation/decisions/<pid:public_id>/second", desk.second, name="moderation-second"),
    path("moderation/objections", desk.objections, name="moderation-objections"),
    path("moderation/objections/<pid:public_id>", desk.objection, name="moderation-objection"),
    path("moderation/open", desk.glass, name="moderation-glass"),
    path("moderation/first-stories", desk.unanswered, name="moderation-unanswered"),
    path("moderation/joining", families.joining, name="moderation-joining"),
    path("moderation/joining/<int:member>/let-in", families.let_in, name="moderation-let-in"),
    path("moderation/joining/<int:member>/decline", families.decline, name="moderation-decline"),
    path("moderation/joining/<int:member>/admit", families.admit, name="moderation-admit"),
    path("moderation/same-baby", families.same_baby, name="moderation-same-baby"),
    path("moderation/same-baby/<int:number>", families.pair, name="moderation-pair"),
    path("moderation/without-a-parent", families.lone_consents, name="moderation-lone-consents"),
    path("moderation/without-a-parent/<int:number>", families.lone_consent, name="moderation-lone-consent"),
    # For leads
    path("moderation/separations", leads.separations, name="moderation-separations"),
    path("moderation/separations/<int:number>", leads.separation, name="moderation-separation"),
    path("moderation/openings", leads.openings, name="moderation-openings"),
    path("moderation/log", leads.audit, name="moderation-audit"),
]
