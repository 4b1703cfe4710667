"""One constant page with session and member."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path


@login_required
def constant(request):  # type: ignore[no-untyped-def]
    """The same page for everyone who is signed in; it asks who that is."""
    return render(request, "constant.html", {"member": request.user})


urlpatterns = [path("", constant)]
