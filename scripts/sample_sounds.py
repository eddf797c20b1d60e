"""Derive src/reconcile/sample/data/sounds.tsv: characters by sound, for the made-up city's
homophones.

Run: python scripts/sample_sounds.py > src/reconcile/sample/data/sounds.tsv (needs pypinyin, MIT).
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

from pypinyin import Style, lazy_pinyin

DATA = Path(__file__).parents[1] / "src" / "reconcile" / "sample" / "data"

# Characters that clerks type in names beside those that the city itself uses.
ALSO = (
    "蔚玮炜维苇薇娓韡晗函寒瀚翰汉菡含邯靖婧镜璟敬竞菁京晶精景建健剑键俭渐鉴薪馨芯鑫辛昕歆欣新信轩宣萱煊璇暄玄旋绚炫"
    "茹儒汝如入宇雨羽语禹玉裕郁钰煜昱豫愉瑜渝余榆俞于与渔妤予誉育彧佳嘉家加珈迦甲贾雅亚娅琪琦祺淇骐棋奇启绮起其旗其齐"
    "丽莉立力利俐理李礼里黎俪荔栗励霖琳林临麟淋凌玲灵龄铃翎菱岭令伶泠苓明铭茗鸣名民敏闽珉旻岷皿波博泊勃柏伯薄渤百"
    "涛韬滔桃陶淘焘超朝潮晁杰洁婕节捷劼傑结浩皓昊灏豪好号毫郝军君钧俊骏峻竣隽珺均筠英瑛莹颖盈莺映影营迎樱缨应"
    "芳方坊舫房放飞非菲妃霏绯斐翡肥峰锋枫丰凤风烽冯逢枫奉芬芬奋汾粉芙福富夫甫阜辅傅付馥扶符孚弗"
    "海亥凯楷恺铠慨康慷可珂科柯克客轲坷坤昆琨堃锟鲲梅玫媚眉美楣妹湄没梦孟萌蒙盟猛苗妙淼秒渺"
    "南楠男囡娜那纳宁凝柠甯佞咛沛佩培裴霈培平萍苹屏凭坪鹏朋彭蓬棚芃澎强蔷墙锵枪羌乔侨桥巧俏"
    "秦琴勤芹沁钦青清卿晴情庆倾轻秋球邱裘求仇泉荃全权诠铨劝群裙冉然染燃荣蓉容榕融溶戎熔瑞锐蕊睿芮润闰"
    "珊姗杉山善衫闪杉尚赏商上裳韶邵少绍笑晓小筱霄肖潇萧孝啸校逍申深沈慎神莘伸慎生胜盛圣声升昇笙晟师诗石世士仕时实施适识"
    "书舒淑树叔姝殊抒姝硕朔烁铄思斯司丝嗣四松淞崧颂嵩宋苏素溯肃粟涵婷庭廷亭挺停霆汀彤桐童同通瞳佟"
    "万婉晚宛菀琬碗完旺汪望王旺网文雯闻纹汶吻稳问武伍舞悟吴五吾物希熙曦西溪惜夕茜喜兮禧锡悉曦"
    "霞夏侠峡贤娴显咸闲弦仙先鲜香湘祥翔翔向想响项雪学薛血勋薰勋训迅旬洵巡寻逊秀绣袖岫修休旭绪叙许徐续"
    "研妍岩言严彦燕艳雁焰延炎颜衍砚晏燕宴阳洋杨扬央仰瑶尧遥姚耀药怡仪宜依艺亦奕逸毅忆意易义谊翊弈熠益"
    "音茵银吟殷寅因引尹胤永勇咏泳涌雍友有佑幼悠优尤游园元圆源远媛苑缘院袁原渊愿月悦越岳玥跃粤云芸耘韵匀运允赟"
    "泽择则哲喆者浙振镇震珍真臻贞祯桢圳正政征铮争郑诤智志致芷之芝知枝值止至治忠中仲钟终重州舟洲周宙竹珠朱竺祝柱著助"
    "卓拙茁灼子紫梓姿资孜籽宗综棕纵作佐左生章彰璋樟张掌昭照兆钊召朝赵晨辰宸臣忱陈尘沉成诚程承城丞澄呈橙春椿淳纯醇"
    "丹旦单淡担石胆道到稻导岛德得地迪笛帝弟定丁鼎顶订冬东栋动董洞斗豆抖度杜渡笃恩摁尔耳二儿而刚钢纲岗冈港高皋皓歌戈格革葛阁"
    "功公恭工宫贡巩顾古谷固故观冠官贯光广桂贵瑰圭归国果郭过华花桦画化怀欢焕桓环幻还黄煌皇晃辉晖慧惠卉汇慧荟蕙"
    "吉纪继季冀骥济及际姬江疆姜将匠娇姣骄交皎教阶杰金锦瑾谨津进今晋近靳尽静净靖九久玖久居菊举巨娟涓鹃卷隽倦决珏觉诀"
    "兰岚蓝澜然览烂朗郎琅浪廊乐勒了磊蕾雷垒类莲连联廉恋练炼良亮梁量粮谅列烈洌柳刘流榴六龙隆珑笼鲁路露璐陆录鹿禄罗洛珞络落"
)


def main() -> None:
    names = tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))
    own = [names["surnames"]["common"], names["surnames"]["other"], names["rare"]["characters"]]
    own += [text for era in names["eras"] for text in era.values() if isinstance(text, str)]
    own += list(names["two_parts"].values())
    sounds: defaultdict[str, set[str]] = defaultdict(set)
    for character in "".join(own) + ALSO:
        sound = lazy_pinyin(character, style=Style.NORMAL)[0]
        if sound.isascii() and sound.isalpha():
            sounds[sound].add(character)
    print("# Derived with pypinyin (MIT) by scripts/sample_sounds.py")
    for sound in sorted(sounds):
        print(f"{sound}\t{''.join(sorted(sounds[sound]))}")


if __name__ == "__main__":
    main()
