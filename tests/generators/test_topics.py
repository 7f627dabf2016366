from generators.topics import key_of, topic_of


def test_numbered_keys_are_about_one_topic():
    keys = [key_of("city", number) for number in (1, 2, 11)]
    assert keys == ["city", "city_No2", "city_No11"]
    assert {topic_of(key) for key in keys} == {"city"}


def test_a_name_that_ends_in_a_number_is_a_topic_of_its_own():
    assert topic_of("address_2") == "address_2"
    assert topic_of(key_of("address_2", 2)) == "address_2"
