"""Every address, as it is when a provider is configured."""

from lessalone.config.urls import urlpatterns as all_urls
from lessalone.people.urls import provider_urlpatterns

urlpatterns = [*provider_urlpatterns, *all_urls]
