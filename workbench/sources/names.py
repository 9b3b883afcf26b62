"""Names by which platforms and aggregators call the fields of posts, best first.

X (files and API), Reddit, Mastodon, Bluesky; Brandwatch, Meltwater, Talkwalker, Sprinklr; Zendesk. Compared
without case, spaces and punctuation, so that 'Created Time' is `created_time`.
"""

NAMES = {
    "native_id": """
        native_id post_id tweet_id id_str id status_id message_id comment_id review_id ticket_id
        resource_id mention_id document_id universal_message_id commit.cid url permalink uri
    """,
    "platform": """
        platform social_network network sn_type_column sn_type channel page_type_name page_type
        content_source_name source_name source_type source via.channel via site domain domain_url
    """,
    "author": """
        author screen_name user.screen_name author_username username user_name user.username account.acct
        handle author_handle sender_screen_name author_screen_name twitter_screen_name influencer
        from_user extra_author_attributes.short_name extra_author_attributes.name author_name user
        author_id user_id did requester_id requester x_author_id twitter_author_id customer name
    """,
    "text": """
        text full_text tweet_text post_text extended_tweet.full_text commit.record.text body message
        conversation_stream hit_sentence content review_text comment_text tweet post comment review
        opening_text content_snippet snippet selftext description title headline subject
    """,
    "created_at": """
        created_at tweet_created tweet_created_at created_utc created_time commit.record.createdAt
        published published_at posted_at post_date date_utc inbound_message_date created created_date
        creation_date timestamp datetime date_time date time posted indexed
    """,
    "collected_at": """
        collected_at collected date_collected retrieved_at fetched_at crawled_at scraped_at first_seen_at
    """,
    "in_reply_to": """
        in_reply_to in_response_to_tweet_id in_reply_to_status_id_str in_reply_to_status_id in_reply_to_id
        in_reply_to_tweet_id referenced_tweets.replied_to commit.record.reply.parent.cid reply_to_id
        parent_id parent_post_id x_reply_to twitter_reply_to reply_to parent_url
    """,
    "thread_id": """
        thread_id conversation_id commit.record.reply.root.cid root_post_id link_id root_id discussion_id
    """,
    "kind": "kind post_type message_type thread_entry_type entry_type engagement_type type",
    "reach": """
        reach reach_new reach_estimate potential_reach public_metrics.impression_count impressions views
        view_count user.followers_count followers_count followers x_followers twitter_followers
        sender_followers_count sender_follower_count
    """,
    "likes": """
        likes like_count public_metrics.like_count favorite_count favourites_count favorites favourites
        x_likes twitter_likes facebook_likes instagram_likes instagram_like_count score ups
        article_extended_attributes.twitter_likes article_extended_attributes.facebook_likes
    """,
    "shares": """
        shares share_count retweet_count public_metrics.retweet_count public_metrics.repost_count retweets
        reposts repost_count reblogs_count x_reposts twitter_retweets facebook_shares
        article_extended_attributes.twitter_retweets article_extended_attributes.facebook_shares
    """,
    "media": "media alt_text image_alt_text media_alt_text caption image_caption images.legend transcript",
    "language": "language lang language_code commit.record.langs",
    "brand": """
        brand airline company brand_name company_name competitor query_name input_name matched_profile
    """,
    "region": """
        region market country_code country author_country_code location state
        extra_article_attributes.world_data.country_code extra_source_attributes.world_data.country_code
    """,
    "product": "product product_name product_line",
    "author_role": "author_role inbound is_inbound role user_type author_type",
    "sentiment": "sentiment airline_sentiment sentiment_label label polarity tonality tonalität tonalitaet stimmung",
    "sentiment_confidence": "sentiment_confidence airline_sentiment_confidence label_confidence confidence",
}
