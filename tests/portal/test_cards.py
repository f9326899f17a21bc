from gongxin.portal.cards import HEADLINES


def test_headlines_are_public_fields_of_the_catalog(release):
    for item, identify in HEADLINES.items():
        assert release.items[item].field_of(identify).publication_range == "public"
