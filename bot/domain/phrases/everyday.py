"""How ordinary a word is: a short list of everyday English, so that a phrase's key words are found without tuning.

Only rough ranks matter. A word that is missing here counts as rare, which makes it a better key word, and makes a
mistyped form of it easier to believe.
"""

from __future__ import annotations

_GRAMMAR = """
a about above after again against ago all along already also although always am among an and another any are around as
at away be because been before behind being below between both but by can cannot could did do does doing done down
during each either else ever every few for from had has have having he her here hers herself him himself his how i if in
into is it its itself just least less many may me might mine more most much must my myself near neither never no nor
not now of off often on once one only onto or other others ought our ours out over own per quite rather really same
shall she should since so some soon still such than that the their theirs them themselves then there these they this
those though through to together too towards under unless until up upon us very was we were what when where which while
who whom whose why will with within without would yes yet you your yours yourself
im ive ill id youre youve youll hes shes theyre theyve weve were isnt arent wasnt dont doesnt didnt cant couldnt wont
wouldnt shouldnt havent hasnt thats theres whats lets gonna gotta ok okay oh hi hello hey thanks please um er uh mr mrs
ms dr
"""

_COMMON = """
able actually add afternoon anybody anyone anything anyway ask asked asking back bad begin best better big bit both
bring call called came check come coming day days different do easy end enough evening everybody everyone everything
evening far feel feeling felt find fine first found full gave get gets getting give given gives go goes going gone good
got great half hang happen happened happy hard hear heard help hold hope hour hours idea keep kept kind knew know known
last later leave leaving left let life like little live long look looked looking looks lot love made make makes making
man maybe mean means meant mind minute minutes moment month morning move name need needed needs new next nice night
nobody nothing number old open ok others part pass people person perhaps place point possible probably put quick quickly
ready real reason remember right run said saw say saying says second see seem seems seen send sent set show side small
somebody someone something sometimes sorry sort sound start started stay stop sure take taken taking talk tell thank
thing things think thought time times today told tomorrow tonight took top tried true try trying turn two use used
using wait want wanted wants way ways week weeks well went woman wonder word words work worked working works world worry
write wrong year years yesterday zero three four five six seven eight nine ten
"""

_EVERYDAY = """
accident account address adult advice agree agreed air alarm allowed alone alright angry answer apartment appear apple
apply appointed area arm arrange arrive arrived arrival article aunt available baby badger bag ball band bank bar base
basket bath bathroom battery bay beach bear beat beautiful bed bedroom beef beer believe bell belt bench bend bike bill bin
bird birthday biscuit bite black blanket block blood bloody blow blue board boat body boiler book booked booking boot
born boss bottle bottom bought bowl box boy brain branch bread break breakfast bridge bright broke broken brother
brought brown brush bucket budget build building burn bus business busy butter button buy cabinet cake came camera camp
cancel cancels cancer candle cap car card care career careful carer carpet carry case cash cat catch caught cause
centre centred chair chance change channel charge cheap cheese chicken chief child children chocolate choice choose chose
church circle city claim class clean clear client clinic clock close closed clothes cloud club coast coat code coffee
cold collect college colour comfort comment common community company complain complete computer concern confirm contact
cook cool copy corner correct cost cough council count country couple course court cousin cover cream credit crime
cross crowd cry cup cupboard curtain curtains customer cut dad daily dairy damage dance danger dark data date daughter
dead deal dear death decide decision deep delay deliver delivery dental dentist department design desk detail details
die difference difficult dinner direct direction directory dirty discuss dish distance doctor document dog door double
doubt draft draw drawing dream dress drink drive driver drop dry due duty ear early earth east eat education effect
egg electric email emergency employ empty energy engine enjoy enter equal error escape event exam example excuse
exercise expect expensive experience explain extra eye face fact fail fair fall false family famous farm fast fat
father favour fear fee feed feet fell fence fetch few field fight figure file filed fill film final finance finger
finish finished fire firm fish fit fix flat floor flower fly fold folder follow food foot football force foreign forget
forgot fork form forward free fresh fridge friend front fruit fuel fun funny garage garden gas gate general gentle
girl glad glass glasses goal gold grand grandad grandma grass green greed grey grin ground group grow guess guest guide
guy hair half hall hand handle harm hat hate head health heart heat heating heavy height held history hit hole holiday
home hook horse hospital hot hotel house housing huge human hundred hungry hurry hurt husband ice ill image important
improve inch include information inside interest issue item jacket job join joke juice jump keen key keys kids kill
kitchen knee knife knock lady laid lake lamp land language large late lately laugh law lawn lead leader learn leather
leg legal lemon length lesson letter level library lid lie lift light limit line link list listen litter load loan
local lock locked loose lose lost loud low luck lucky lunch machine mad mail main major manage manager map mark market
married mask mass match material matter meal meals meaning measure meat medical medicine meet meeting melting member
memory mend mention mess message metal middle mile milk mine minister miss missed missing mistake mix model money monitor
mood moon mother motor mouth mouse moved mum museum music nail narrow nasty nature neck nephew nervous newspaper niece
noise normal north nose note notebook notes notice nurse object obvious offer office officer oil opinion orange order
ordinary organise oven owner pack page paid pain paint pair paper parcel parent park parking partner party patch path
patient pattern pay payment peace pen pencil pension permit pet phone photo piano pick picture piece pile pill pin pink
pipe pizza plan plane planet plant plastic plate play player plenty plug pocket pool poor popular position post pot
potato pound power practice prefer prepare present press pretty prevent price print printer private problem process
produce programme project promise proper protect proud prove public pull purpose purse push quality quarter queen
question queue quiet race radio rail rain raise ran range rare rate read reading receive recent reception record red
reduce regular relax remove rent repair repeat reply report request rest result return rice rich ride ring rise risk
river road roof room rough round route row rubbish rude rule safe safety salad sale salt sand sandwich save scale
school score screen sea search season seat secret section self sell sense serious serve service several shape share
shared sheet shelf ship shirt shock shoe shoes shop short shoulder shout shower shut sick sign signal silent silver
simple single sink sister sit site size skill skin sky sleep slip slow smell smile smoke smooth snow soap social sock
soft software son song soup south space spare speak special speed spell spend spoke spoon sport spot spring square staff
stage stairs stamp stand star state station step stick stock stomach stone store storm story straight strange street
strong student stuck study stuff style subject success sudden sugar suggest suit summer sun supper supply support
suppose surgery surprise sweet swim switch system table tablet tail tall tank tap task taste taught tax taxi tea teach
teacher team tear telephone television term test text theatre thick thin third thousand throat throw ticket tidy tie
tight till tin tiny tired title toast toilet tongue tool tooth touch tough tour towel tower town toy track trade
traffic train training transfer travel tray treat tree trip trouble trousers truck trust truth tube twice type tyre
uncle understand uniform union unit upset upstairs urgent usual valley value van vegetable video view village visit
visited visitor voice walk wall wardrobe warm warn wash waste watch water wave weak wear weather website wedding weekend
weight welcome west wet wheel white whole wide wife wild win wind window wine winter wish wood wool worker worse worth
yard yellow young
hire hired bored boring scored stored fired wired required prepared offered ordered covered entered repaired poured
sample partial purchase profile sacred victor
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december
"""

_RANK = {
    **dict.fromkeys(_EVERYDAY.split(), 2),
    **dict.fromkeys(_COMMON.split(), 1),
    **dict.fromkeys(_GRAMMAR.split(), 0),
}

RARE = 3
"""The rank of a word that is not in the list."""


def rank(word: str) -> int:
    """Return 0 for a word of grammar, 1 for a very common one, 2 for an everyday one, `RARE` for any other.

    Args:
        word: lower case, without apostrophes.
    """
    return _RANK.get(word, RARE)


_IDLE = """
um umm er erm err ah uh hmm oh well like know you sort kind actually just really basically literally bloody
blooming damn flipping freaking big new old little work team same other own usual whole sorry sec second one
moment min minute hang hold on oops wait ok okay please pls so yeah yes x haha lol the a an that this my our
your his her its their of in
"""

FILLERS = frozenset(_IDLE.split())
"""Words people put in between without meaning anything by them: hesitation, swearing, colourless adjectives."""
