"""Names and places of our own, for countries of which mimesis has no data of their own.

The library gives Canada and Australia the towns of the United States, Sweden the given names of its
runestones, and Spain a mixture of towns and beaches. These lists stand in for those, and for
nothing else. Read by ``personas.locales`` only.
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(";"))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CANADIAN_CITIES = _listed(
    """Toronto;Montreal;Vancouver;Calgary;Edmonton;Ottawa;Winnipeg;Quebec City;Hamilton;Kitchener;
    London;Victoria;Halifax;Oshawa;Windsor;Saskatoon;Regina;St. John's;Barrie;Kelowna;Abbotsford;
    Sherbrooke;Kingston;Guelph;Moncton;Brantford;Saint John;Thunder Bay;Nanaimo;Kamloops;Lethbridge;
    Red Deer;Fredericton;Charlottetown;Peterborough;Sudbury;Chilliwack;Medicine Hat;Prince George;
    Gatineau;Drummondville;Belleville;Sarnia;Cornwall;Whitehorse"""
)
AUSTRALIAN_CITIES = _listed(
    """Sydney;Melbourne;Brisbane;Perth;Adelaide;Gold Coast;Newcastle;Canberra;Wollongong;Geelong;
    Hobart;Townsville;Cairns;Darwin;Toowoomba;Ballarat;Bendigo;Albury;Launceston;Mackay;Rockhampton;
    Bunbury;Coffs Harbour;Bundaberg;Wagga Wagga;Hervey Bay;Mildura;Shepparton;Port Macquarie;
    Gladstone;Tamworth;Traralgon;Orange;Dubbo;Geraldton;Bathurst;Nowra;Warrnambool;Kalgoorlie;
    Devonport;Mount Gambier;Lismore;Busselton;Albany;Alice Springs"""
)
SPANISH_CITIES = _listed(
    """Madrid;Barcelona;Valencia;Sevilla;Zaragoza;Málaga;Murcia;Palma;Bilbao;Alicante;Córdoba;
    Valladolid;Vigo;Gijón;A Coruña;Vitoria;Granada;Elche;Oviedo;Badalona;Cartagena;Pamplona;Almería;
    Santander;Burgos;Salamanca;Huelva;Lleida;Logroño;Tarragona;León;Cádiz;Jaén;Ourense;Girona;Lugo;
    Cáceres;Toledo;Badajoz;Segovia;Ávila;Cuenca;Huesca;Mérida;Alcalá de Henares;Fuengirola;
    Antequera;Ronda;Jerez de la Frontera;Santiago de Compostela"""
)
FINNISH_STREETS = _listed(
    """Mannerheimintie;Aleksanterinkatu;Fredrikinkatu;Hämeentie;Hämeenkatu;Tehtaankatu;Siilitie;
    Myllymäenkatu;Korkeavuorenkatu;Bulevardi;Koulukatu;Rantatie;Kirkkokatu;Asemakatu;Koivutie;
    Mäntytie;Puistokatu;Satamakatu;Niittytie;Metsätie;Kauppakatu;Torikatu;Lehtotie;Peltotie;Pihlajatie;
    Rauhankatu;Harjukatu;Linnankatu;Uudenmaankatu;Kalevankatu"""
)
SWEDISH_WOMEN = _listed(
    """Agnes;Alice;Alva;Amanda;Anna;Annika;Astrid;Birgitta;Britt;Camilla;Carina;Cecilia;Charlotte;
    Ebba;Elin;Elisabeth;Ella;Elsa;Emelie;Emma;Erika;Eva;Fanny;Frida;Gunilla;Hanna;Helena;Ida;Inger;
    Ingrid;Jenny;Johanna;Josefin;Julia;Karin;Katarina;Kerstin;Klara;Kristina;Lena;Linda;Linnea;Lisa;
    Lotta;Lovisa;Madeleine;Maja;Malin;Margareta;Maria;Marie;Matilda;Mona;Moa;Nathalie;Pernilla;
    Rebecka;Saga;Sandra;Sara;Signe;Siv;Sofia;Stina;Susanne;Therese;Tilda;Tove;Ulrika;Viktoria;Vera;
    Wilma;Ylva;Åsa"""
)
SWEDISH_MEN = _listed(
    """Adam;Albin;Alexander;Anders;Andreas;Anton;Arvid;Axel;Bengt;Björn;Bo;Carl;Christer;Christoffer;
    Daniel;David;Elias;Emil;Erik;Filip;Fredrik;Gabriel;Göran;Gustav;Hampus;Hans;Henrik;Hugo;Håkan;
    Isak;Jakob;Jan;Jens;Jesper;Joakim;Johan;Jonas;Jonathan;Karl;Kent;Kjell;Lars;Leif;Lennart;Linus;
    Ludvig;Magnus;Marcus;Martin;Mats;Mattias;Mikael;Niklas;Nils;Olle;Olof;Oskar;Patrik;Per;Peter;
    Pontus;Rasmus;Rickard;Robert;Roger;Rolf;Samuel;Sebastian;Simon;Stefan;Sten;Sven;Thomas;Tobias;
    Torbjörn;Ulf;Viktor;William"""
)

# Assigned area codes of large cities; with 555-01## every number in them is kept for fiction.
US_AREAS = _codes(
    """205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240
    248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313
    314 315 316 317 318 319 320 321 323 325 330 334 336 337 352 360 361 386 401 402 404 405 406 407
    408 409 410 412 413 414 415 417 419 423 425 432 434 435 440 443 469 478 479 480 501 502 503 504
    505 507 508 509 510 512 513 515 516 517 518 520 530 540 541 559 561 562 563 570 571 573 574 580
    585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 626 630 631 636 641
    646 650 651 660 661 662 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 732
    734 740 757 760 763 765 770 772 773 775 781 785 801 802 803 804 805 806 808 810 812 813 814 815
    816 817 818 828 830 831 832 843 845 847 850 856 858 859 860 863 864 865 870 901 903 904 906 907
    908 909 910 912 913 914 915 916 918 919 920 925 928 931 936 937 940 941 949 952 954 956 970 971
    972 973 978 979 980 985 989"""
)
CANADIAN_AREAS = _codes(
    """204 226 236 250 289 306 403 416 418 431 438 450 506 514 519 587 604 613 647 705
    709 778 780 807 819 867 873 902 905"""
)
