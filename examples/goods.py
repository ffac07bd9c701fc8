"""The shelf of an invented shop of local goods, "Oleh-Oleh Bu Sari". Every name, number and word here is made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Goods:
    """One product. variants: (option 1, option 2, price in rupiah, units); options empty where there is no variation.

    shape and colours (pack, content, mark) tell the picture; weight_g is the parcel's.
    """

    sku: str
    title: str
    description: str
    category: str
    weight_g: int
    variants: Sequence[tuple[str, str, int, int]]
    option_names: Sequence[str] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    pirt: str = ""
    halal: str = ""
    shape: str = "pouch"
    colours: tuple[str, str, str] = ("#f2c94c", "#b9770e", "#7a4a12")


def _food(keeps: str, net: str) -> dict[str, str]:
    return {"Masa Penyimpanan": keeps, "Berat Bersih": net, "Halal": "Ya"}


_PIRT = "2063308010{:03d}-30"  # the form of a home food permit; belongs to nobody
_HALAL = "ID33110000{:06d}"  # the form of a halal certificate number; belongs to nobody

GOODS: tuple[Goods, ...] = (
    Goods(
        sku="KTP",
        title="Keripik Tempe Daun Jeruk Renyah Bu Sari 200 g",
        category="Keripik & Kerupuk",
        weight_g=260,
        description="Tempe diiris tipis, dibumbui ketumbar dan daun jeruk, lalu digoreng dua kali sampai renyah. Tanpa "
        "pengawet. Setelah dibuka, simpan di wadah kedap udara.",
        option_names=("Rasa",),
        variants=(("Original", "", 18_000, 48), ("Pedas", "", 18_000, 36), ("Balado", "", 19_000, 30)),
        attributes=_food("3 bulan", "200 g"),
        pirt=_PIRT.format(11),
        halal=_HALAL.format(811),
        colours=("#e9b44c", "#c98a2b", "#3f7d4e"),
    ),
    Goods(
        sku="KPS",
        title="Keripik Pisang Kepok Tipis Manis",
        category="Keripik & Kerupuk",
        weight_g=290,
        description="Pisang kepok tua dari kebun sendiri, diiris memanjang dan digoreng dengan minyak baru. Manisnya "
        "dari gula tebu. Cocok untuk teman minum teh.",
        option_names=("Rasa", "Ukuran"),
        variants=(
            ("Cokelat", "150 g", 16_000, 40),
            ("Cokelat", "250 g", 24_000, 24),
            ("Keju", "150 g", 17_000, 32),
            ("Keju", "250 g", 25_500, 20),
        ),
        attributes=_food("6 bulan", "250 g"),
        pirt=_PIRT.format(12),
        halal=_HALAL.format(812),
        colours=("#f7dc6f", "#f0b429", "#6e3b12"),
    ),
    Goods(
        sku="SLD",
        title="Slondok Singkong Bawang Gurih 250 g",
        category="Keripik & Kerupuk",
        weight_g=310,
        description="Kerupuk singkong melingkar khas lereng gunung, gurih bawang putih, dijemur di bawah matahari "
        "sebelum digoreng. Renyah dan tidak keras.",
        variants=(("", "", 15_000, 60),),
        attributes=_food("3 bulan", "250 g"),
        pirt=_PIRT.format(13),
        halal=_HALAL.format(813),
        colours=("#f5e6c8", "#e6c27a", "#a9713d"),
    ),
    Goods(
        sku="EMP",
        title="Emping Melinjo Pilihan Siap Makan",
        category="Keripik & Kerupuk",
        weight_g=240,
        description="Melinjo tua dipipihkan satu per satu dengan tangan, digoreng, lalu dibumbui. Pahitnya lembut dan "
        "gurihnya pas. Isi 200 gram dalam kemasan tebal.",
        option_names=("Rasa",),
        variants=(("Asin Gurih", "", 32_000, 22), ("Pedas Manis", "", 33_000, 18)),
        attributes=_food("3 bulan", "200 g"),
        pirt=_PIRT.format(14),
        halal=_HALAL.format(814),
        colours=("#ead7b0", "#d9b46a", "#8c5a2b"),
    ),
    Goods(
        sku="RPY",
        title="Rempeyek Kacang Tanah Bu Sari",
        category="Keripik & Kerupuk",
        weight_g=280,
        description="Rempeyek tipis dengan kacang tanah utuh, ketumbar, dan daun jeruk. Digoreng setiap pagi dan "
        "dikemas selagi segar dalam toples yang kuat.",
        option_names=("Isi",),
        variants=(("Toples Kecil", "", 22_000, 25), ("Toples Besar", "", 38_000, 15)),
        attributes=_food("1 bulan", "200 g"),
        pirt=_PIRT.format(15),
        halal=_HALAL.format(815),
        shape="jar",
        colours=("#c0392b", "#e3b778", "#8a5a2c"),
    ),
    Goods(
        sku="KCB",
        title="Kacang Bawang Gurih Renyah 300 g",
        category="Kacang & Biji-bijian",
        weight_g=360,
        description="Kacang tanah kupas pilihan, digoreng dengan bawang putih iris dan daun seledri kering. Gurih, "
        "tidak berminyak, pas untuk suguhan tamu.",
        option_names=("Kemasan",),
        variants=(("Pouch", "", 26_000, 34), ("Toples", "", 31_000, 20)),
        attributes=_food("6 bulan", "300 g"),
        pirt=_PIRT.format(16),
        halal=_HALAL.format(816),
        colours=("#d68910", "#e8c07d", "#784212"),
    ),
    Goods(
        sku="NST",
        title="Kue Nastar Nanas Mentega Toples 400 g",
        category="Kue Kering & Biskuit",
        weight_g=560,
        description="Kue kering lembut isi selai nanas yang dimasak sendiri selama empat jam. Dipanggang dalam jumlah "
        "kecil agar selalu segar saat dikirim.",
        variants=(("", "", 68_000, 24),),
        attributes=_food("3 bulan", "400 g"),
        pirt=_PIRT.format(17),
        halal=_HALAL.format(817),
        shape="jar",
        colours=("#b7950b", "#f4c95d", "#a04000"),
    ),
    Goods(
        sku="PIA",
        title="Bakpia Kering Isi 15 Butir Aneka Rasa",
        category="Kue Kering & Biskuit",
        weight_g=480,
        description="Bakpia kulit tipis dan renyah, diisi adonan yang dimasak dengan gula asli. Satu dus berisi lima "
        "belas butir, dibungkus satu per satu.",
        option_names=("Rasa",),
        variants=(("Kacang Hijau", "", 35_000, 30), ("Cokelat", "", 37_000, 26), ("Keju", "", 39_000, 22)),
        attributes=_food("1 bulan", "400 g"),
        pirt=_PIRT.format(18),
        halal=_HALAL.format(818),
        shape="box",
        colours=("#922b21", "#f5cba7", "#f7dc6f"),
    ),
    Goods(
        sku="GTK",
        title="Getuk Kering Singkong Manis 250 g",
        category="Kue Kering & Biskuit",
        weight_g=320,
        description="Getuk singkong yang dipotong kecil lalu dikeringkan dan disalut gula. Renyah di luar, lembut di "
        "dalam. Warnanya dari pandan dan ubi ungu.",
        variants=(("", "", 21_000, 28),),
        attributes=_food("3 bulan", "250 g"),
        pirt=_PIRT.format(19),
        halal=_HALAL.format(819),
        colours=("#a569bd", "#f5b7b1", "#58d68d"),
    ),
    Goods(
        sku="DDL",
        title="Dodol Salak Kenyal Kemasan Dus",
        category="Buah Kering & Manisan",
        weight_g=430,
        description="Dodol dari daging buah salak, ketan, santan, dan gula kelapa. Kenyal, tidak lengket di gigi, dan "
        "manisnya sedang. Dibungkus satuan di dalam dus.",
        option_names=("Isi",),
        variants=(("20 butir", "", 28_000, 26), ("40 butir", "", 52_000, 14)),
        attributes=_food("1 bulan", "400 g"),
        pirt=_PIRT.format(20),
        halal=_HALAL.format(820),
        shape="box",
        colours=("#6e2c00", "#a0522d", "#f5deb3"),
    ),
    Goods(
        sku="MNS",
        title="Manisan Carica Segar dalam Botol",
        category="Buah Kering & Manisan",
        weight_g=620,
        description="Buah carica dataran tinggi dalam sirup bening, tanpa pewarna. Segar dan harum, paling nikmat "
        "setelah didinginkan. Segel botol rapat dan aman dikirim.",
        option_names=("Ukuran",),
        variants=(("250 ml", "", 19_000, 40), ("500 ml", "", 34_000, 22)),
        attributes=_food("6 bulan", "500 g"),
        pirt=_PIRT.format(21),
        halal=_HALAL.format(821),
        shape="jar",
        colours=("#f39c12", "#fbd38d", "#27ae60"),
    ),
    Goods(
        sku="ABN",
        title="Abon Sapi Serat Panjang Rasa Manis Gurih",
        category="Abon & Dendeng",
        weight_g=170,
        description="Daging sapi bagian paha, dimasak bumbu rempah lalu digoreng kering dan diperas minyaknya. "
        "Seratnya panjang, tanpa campuran kelapa.",
        option_names=("Ukuran",),
        variants=(("100 g", "", 42_000, 26), ("250 g", "", 98_000, 12)),
        attributes=_food("6 bulan", "100 g"),
        pirt=_PIRT.format(22),
        halal=_HALAL.format(822),
        colours=("#7b241c", "#b9652b", "#f6ddcc"),
    ),
    Goods(
        sku="SBB",
        title="Sambal Bawang Goreng Pedas Bu Sari",
        category="Sambal & Saus",
        weight_g=270,
        description="Cabai rawit segar dan bawang merah goreng dalam minyak panas, tanpa pewarna. Pedasnya bertingkat, "
        "tinggal pilih. Tahan tiga bulan sebelum dibuka.",
        option_names=("Level",),
        variants=(("Sedang", "", 27_000, 38), ("Pedas", "", 27_000, 42), ("Sangat Pedas", "", 29_000, 24)),
        attributes=_food("3 bulan", "180 g"),
        pirt=_PIRT.format(23),
        halal=_HALAL.format(823),
        shape="jar",
        colours=("#2c3e50", "#c0392b", "#f1c40f"),
    ),
    Goods(
        sku="SBC",
        title="Sambal Cumi Asin Siap Santap 180 g",
        category="Sambal & Saus",
        weight_g=280,
        description="Cumi asin dipotong kecil, ditumis dengan cabai dan daun jeruk sampai meresap. Satu sendok cukup "
        "untuk sepiring nasi hangat. Botol kaca bersegel.",
        variants=(("", "", 36_000, 30),),
        attributes=_food("3 bulan", "180 g"),
        pirt=_PIRT.format(24),
        halal=_HALAL.format(824),
        shape="jar",
        colours=("#1b4f72", "#a93226", "#f8c471"),
    ),
    Goods(
        sku="SBP",
        title="Sambal Pecel Blok Daun Jeruk 250 g",
        category="Sambal & Saus",
        weight_g=300,
        description="Kacang tanah sangrai ditumbuk bersama kencur, gula jawa, dan daun jeruk. Cukup tambahkan air "
        "panas, sambal pecel siap dituang ke sayuran.",
        option_names=("Level",),
        variants=(("Tidak Pedas", "", 20_000, 30), ("Pedas", "", 20_000, 34)),
        attributes=_food("6 bulan", "250 g"),
        pirt=_PIRT.format(25),
        halal=_HALAL.format(825),
        shape="box",
        colours=("#b9770e", "#935116", "#58d68d"),
    ),
    Goods(
        sku="BRD",
        title="Bumbu Rendang Siap Masak 150 g",
        category="Bumbu Siap Pakai",
        weight_g=180,
        description="Bumbu rendang lengkap dari cabai, lengkuas, jahe, dan rempah sangrai. Satu bungkus untuk satu "
        "kilogram daging, tinggal ditambah santan.",
        variants=(("", "", 17_500, 45),),
        attributes=_food("6 bulan", "150 g"),
        pirt=_PIRT.format(26),
        halal=_HALAL.format(826),
        colours=("#a04000", "#6e2c00", "#f0b27a"),
    ),
    Goods(
        sku="GSM",
        title="Gula Semut Aren Asli Bubuk Halus",
        category="Gula & Pemanis",
        weight_g=540,
        description="Gula aren cetak yang diayak halus, harum dan mudah larut. Dimasak dari nira yang disadap pagi "
        "hari oleh tetangga kami, tanpa campuran.",
        option_names=("Ukuran",),
        variants=(("250 g", "", 18_500, 36), ("500 g", "", 34_000, 28)),
        attributes=_food("12 bulan", "500 g"),
        pirt=_PIRT.format(27),
        halal=_HALAL.format(827),
        colours=("#7e5109", "#a97142", "#fdebd0"),
    ),
    Goods(
        sku="KPR",
        title="Kopi Robusta Lereng Sangrai Sedang",
        category="Kopi",
        weight_g=260,
        description="Biji robusta petik merah dari ketinggian sembilan ratus meter, disangrai sedang seminggu sekali. "
        "Rasanya cokelat pekat dengan akhir yang bersih.",
        option_names=("Gilingan", "Ukuran"),
        variants=(
            ("Biji", "200 g", 38_000, 24),
            ("Bubuk Halus", "200 g", 38_000, 30),
            ("Biji", "500 g", 88_000, 10),
            ("Bubuk Halus", "500 g", 88_000, 12),
        ),
        attributes=_food("12 bulan", "200 g"),
        pirt=_PIRT.format(28),
        halal=_HALAL.format(828),
        colours=("#4e342e", "#795548", "#d7ccc8"),
    ),
    Goods(
        sku="THM",
        title="Teh Melati Wangi Kebun Sendiri 100 g",
        category="Teh",
        weight_g=140,
        description="Pucuk teh yang dikeringkan bersama bunga melati selama dua malam, tanpa perisa. Seduhannya "
        "keemasan, wangi, dan tidak sepat.",
        variants=(("", "", 23_000, 36),),
        attributes=_food("24 bulan", "100 g"),
        pirt=_PIRT.format(29),
        halal=_HALAL.format(829),
        colours=("#1e8449", "#7dcea0", "#fdfefe"),
    ),
    Goods(
        sku="WDU",
        title="Wedang Uwuh Celup Isi 10",
        category="Jamu & Minuman Herbal",
        weight_g=130,
        description="Jahe, kayu secang, cengkih, dan daun pala dalam kantong celup. Warnanya merah alami, hangat di "
        "badan. Sepuluh kantong di dalam satu dus.",
        option_names=("Gula",),
        variants=(("Dengan Gula Batu", "", 26_000, 28), ("Tanpa Gula", "", 23_000, 24)),
        attributes=_food("12 bulan", "100 g"),
        pirt=_PIRT.format(30),
        halal=_HALAL.format(830),
        shape="box",
        colours=("#943126", "#d35400", "#f9e79f"),
    ),
    Goods(
        sku="JHM",
        title="Jahe Merah Bubuk Instan 250 g",
        category="Minuman Bubuk",
        weight_g=300,
        description="Jahe merah segar diparut, diperas, lalu dimasak dengan gula sampai mengkristal. Tinggal diseduh "
        "air panas, hangatnya terasa sampai tenggorokan.",
        variants=(("", "", 29_000, 32),),
        attributes=_food("12 bulan", "250 g"),
        pirt=_PIRT.format(31),
        halal=_HALAL.format(831),
        shape="jar",
        colours=("#ba4a00", "#f0b27a", "#fbeee6"),
    ),
    Goods(
        sku="MDU",
        title="Madu Hutan Murni Tanpa Campuran",
        category="Madu",
        weight_g=520,
        description="Madu lebah liar yang ditiriskan tanpa dipanaskan. Warnanya cokelat tua, aromanya bunga hutan. "
        "Encer atau kentalnya berubah mengikuti musim.",
        option_names=("Ukuran",),
        variants=(("150 ml", "", 48_000, 20), ("350 ml", "", 98_000, 14)),
        attributes=_food("24 bulan", "350 ml"),
        pirt=_PIRT.format(32),
        halal=_HALAL.format(832),
        shape="bottle",
        colours=("#6e2c00", "#d68910", "#f9e79f"),
    ),
    Goods(
        sku="SRP",
        title="Sirup Pala Tradisional Botol 500 ml",
        category="Sirup & Jus",
        weight_g=820,
        description="Sari daging buah pala yang direbus dengan gula tebu dan kayu manis. Segar dengan es, hangat "
        "dengan air panas. Tidak memakai pewarna.",
        variants=(("", "", 41_000, 18),),
        attributes=_food("12 bulan", "500 ml"),
        pirt=_PIRT.format(33),
        halal=_HALAL.format(833),
        shape="bottle",
        colours=("#784212", "#f5b041", "#fdfefe"),
    ),
    Goods(
        sku="BTK",
        title="Kain Batik Cap Katun Motif Kawung 2 Meter",
        category="Kain Batik Cap",
        weight_g=350,
        description="Kain katun primisima dengan batik cap motif kawung, pewarnaan dua kali celup. Panjang dua meter, "
        "lebar satu meter lima belas. Cuci dengan sabun lembut.",
        option_names=("Warna",),
        variants=(("Cokelat Soga", "", 145_000, 12), ("Biru Indigo", "", 155_000, 10), ("Hijau Daun", "", 145_000, 9)),
        attributes={"Bahan": "Katun", "Motif": "Batik", "Daerah Asal": "Magelang"},
        shape="cloth",
        colours=("#6b4226", "#d9a566", "#f5e6d3"),
    ),
    Goods(
        sku="KBM",
        title="Kemeja Batik Katun Motif Parang",
        category="Kemeja Batik",
        weight_g=280,
        description="Kemeja lengan pendek dengan motif parang kecil, jahitan rapi dan kancing kayu. Nyaman untuk kerja "
        "maupun kondangan. Potongannya biasa, tidak ketat di badan.",
        option_names=("Warna", "Ukuran"),
        variants=(
            ("Cokelat", "M", 165_000, 8),
            ("Cokelat", "L", 165_000, 10),
            ("Cokelat", "XL", 172_000, 6),
            ("Biru", "M", 165_000, 7),
            ("Biru", "L", 165_000, 9),
            ("Biru", "XL", 172_000, 5),
        ),
        attributes={"Bahan": "Katun", "Motif": "Batik"},
        shape="shirt",
        colours=("#5b3a1e", "#c9975b", "#f5e6d3"),
    ),
    Goods(
        sku="SLN",
        title="Selendang Lurik Tenun Tangan 180 cm",
        category="Selendang",
        weight_g=190,
        description="Selendang lurik yang ditenun dengan alat tenun bukan mesin. Bahannya katun, jatuhnya lembut, "
        "pinggirannya dirumbai tangan. Panjang 180 cm.",
        option_names=("Warna",),
        variants=(("Merah Marun", "", 95_000, 11), ("Abu Perak", "", 95_000, 9)),
        attributes={"Bahan": "Katun", "Motif": "Garis", "Daerah Asal": "Klaten"},
        shape="cloth",
        colours=("#7b241c", "#ec7063", "#f2d7d5"),
    ),
    Goods(
        sku="TAP",
        title="Tas Anyaman Pandan Natural",
        category="Tas Anyaman",
        weight_g=420,
        description="Tas jinjing dari daun pandan kering yang dianyam rapat, dengan lapisan kain dan tali kulit "
        "sintetis. Ringan, kuat, muat buku dan botol minum.",
        option_names=("Ukuran",),
        variants=(("Sedang", "", 89_000, 14), ("Besar", "", 119_000, 10)),
        attributes={"Bahan Utama": "Rotan", "Daerah Asal": "Kulon Progo"},
        shape="basket",
        colours=("#c9a66b", "#a67c45", "#6e4b1f"),
    ),
    Goods(
        sku="BSK",
        title="Besek Bambu Tutup untuk Hantaran Isi 10",
        category="Anyaman Bambu & Rotan",
        weight_g=900,
        description="Kotak bambu anyam dengan tutup, bersih dan halus di tangan. Untuk hantaran, kue, atau hampers. "
        "Satu paket berisi sepuluh buah.",
        option_names=("Ukuran",),
        variants=(("15 cm", "", 45_000, 20), ("20 cm", "", 62_000, 16)),
        attributes={"Bahan Utama": "Bambu", "Daerah Asal": "Magelang"},
        shape="basket",
        colours=("#e0c38c", "#b98b4a", "#7d5a2b"),
    ),
    Goods(
        sku="CGR",
        title="Cangkir Gerabah Tanah Liat Lengkap Tatakan",
        category="Gerabah & Keramik",
        weight_g=480,
        description="Cangkir tanah liat yang dibakar dua kali, aman untuk minuman panas. Bagian dalam dilapisi glasir, "
        "bagian luar dibiarkan polos. Isi sekitar 180 ml.",
        option_names=("Warna",),
        variants=(("Terakota", "", 34_000, 24), ("Hijau Lumut", "", 37_000, 18)),
        attributes={"Bahan Utama": "Tanah Liat", "Daerah Asal": "Magelang"},
        shape="cup",
        colours=("#b5532c", "#7e3517", "#f0d5c0"),
    ),
    Goods(
        sku="HMP",
        title="Hampers Oleh-Oleh Bu Sari Isi 6",
        category="Hampers & Bingkisan",
        weight_g=1_850,
        description="Enam produk pilihan dalam besek bambu berpita: keripik tempe, bakpia, sambal bawang, kopi, wedang "
        "uwuh, dan gula semut. Kartu ucapan bisa ditulis sesuai pesanan.",
        variants=(("", "", 185_000, 12),),
        attributes={"Bahan Utama": "Bambu", "Daerah Asal": "Magelang"},
        shape="basket",
        colours=("#cfa66a", "#9c6f37", "#c0392b"),
    ),
)
