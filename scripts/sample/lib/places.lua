-- The invented city: its counties and districts, the committees and offices of its standing committee, its towns; the
-- departments that its items speak of; and what its villages and people are called.

local M = {}

M.city = "云澜市"

-- Name, name in letters. Those that end in 区 are districts.
M.counties = {
  { "青岚区", "Qinglan" }, { "鹭溪区", "Luxi" }, { "望澜县", "Wanglan" }, { "松屿县", "Songyu" }, { "澄波县", "Chengbo" },
  { "竹屏县", "Zhuping" }, { "枫渡县", "Fengdu" }, { "石泷县", "Shilong" }, { "梅坞县", "Meiwu" }, { "禾浦县", "Hepu" },
  { "栗岭县", "Liling" }, { "雁汀县", "Yanting" },
}

M.zone = { "云澜综合改革试验区", "Yunlan Experimental Zone" }

-- Committees and offices of the standing committee: id, name, name in letters, and the departments (by their places in
-- the list below) that they have to do with. The last two owe by two months.
M.committees = {
  { "committee-01", "市人大法制工委", "Legislative Affairs Committee", { 7 } },
  { "committee-02", "市人大监察司法工委", "Supervisory and Judicial Committee", { 5, 7 } },
  { "committee-03", "市人大财经工委", "Finance and Economy Committee", { 1, 8, 21, 22 } },
  { "committee-04", "市人大预算工委", "Budget Committee", { 8, 21, 25 } },
  { "committee-05", "市人大教科文卫工委", "Education, Science, Culture and Health Committee", { 2, 3, 17, 18, 24 } },
  { "committee-06", "市人大城建环资工委", "Construction and Environment Committee", { 10, 11, 12, 13, 28 } },
  { "committee-07", "市人大农业农村工委", "Agriculture Committee", { 14, 15 } },
  { "committee-08", "市人大社会建设工委", "Social Affairs Committee", { 6, 9, 19, 20, 26 } },
  { "committee-09", "市人大代表工委", "Deputies' Affairs Committee", { 27, 29, 30 } },
  { "committee-10", "市人大常委会研究室", "Research Office", { 1, 16, 23 } },
  { "letters-office", "市人大常委会信访办公室", "Letters and Visits Office", { 27, 7 } },
  { "ethnic-committee", "市人大民宗侨外工委", "Ethnic, Religious, Overseas Chinese and Foreign Affairs Committee", { 6, 17 } },
}

M.departments = {
  { "市发展改革委", "Development and Reform" }, { "市教育局", "Education" }, { "市科技局", "Science" },
  { "市工业和信息化局", "Industry" }, { "市公安局", "Public Security" }, { "市民政局", "Civil Affairs" },
  { "市司法局", "Justice" }, { "市财政局", "Finance" }, { "市人力资源社会保障局", "Human Resources" },
  { "市自然资源局", "Natural Resources" }, { "市生态环境局", "Environment" }, { "市住房城乡建设局", "Housing" },
  { "市交通运输局", "Transport" }, { "市水利局", "Water" }, { "市农业农村局", "Agriculture" }, { "市商务局", "Commerce" },
  { "市文化旅游局", "Culture" }, { "市卫生健康委", "Health" }, { "市退役军人局", "Veterans" }, { "市应急管理局", "Emergency" },
  { "市审计局", "Audit" }, { "市国资委", "State Assets" }, { "市市场监管局", "Market Regulation" }, { "市体育局", "Sports" },
  { "市统计局", "Statistics" }, { "市医保局", "Medical Insurance" }, { "市信访局", "Petitions" }, { "市城市管理局", "City Management" },
  { "市大数据局", "Data" }, { "市机关事务局", "Office Services" },
}

-- The towns with a direct-reporting point; the county of each follows from its place in the list.
M.towns = {
  { "柳塘镇", "Liutang" }, { "北栈街道", "Beizhan" }, { "沙溪桥镇", "Shaxiqiao" }, { "东屏镇", "Dongping" }, { "白蘋镇", "Baipin" },
  { "云脚乡", "Yunjiao" }, { "渡头镇", "Dutou" }, { "响石镇", "Xiangshi" }, { "落梅镇", "Luomei" }, { "稻香镇", "Daoxiang" },
  { "板栗坪乡", "Banliping" }, { "芦湾镇", "Luwan" }, { "清和街道", "Qinghe" }, { "桂芳街道", "Guifang" }, { "长汀岸镇", "Changting" },
  { "横岗镇", "Henggang" }, { "月塘镇", "Yuetang" }, { "茶园铺镇", "Chayuanpu" }, { "红枫镇", "Hongfeng" }, { "泷口镇", "Longkou" },
  { "溪源乡", "Xiyuan" }, { "浦西镇", "Puxi" }, { "岭背镇", "Lingbei" }, { "雁落镇", "Yanluo" }, { "湖滨街道", "Hubin" },
  { "文昌阁街道", "Wenchangge" }, { "双井镇", "Shuangjing" }, { "石鼓岗镇", "Shigugang" }, { "澄江镇", "Chengjiang" }, { "大竹镇", "Dazhu" },
  { "枫林渡镇", "Fenglindu" }, { "花桥镇", "Huaqiao" }, { "杏园镇", "Xingyuan" }, { "五谷镇", "Wugu" }, { "栗木镇", "Limu" },
  { "汀洲镇", "Tingzhou" }, { "南门街道", "Nanmen" }, { "鹭江街道", "Lujiang" }, { "三眼泉镇", "Sanyanquan" }, { "松涛镇", "Songtao" },
}

-- Their names alone, for who writes of any of them.
M.towns_of_all = {}
for n, names in M.towns do
  M.towns_of_all[n] = names[1]
end

-- Villages: a first part, then a second one.
M.first = string.split(
  "上畈 下畈 大岭 小岭 石桥 木桥 新塘 老塘 东坑 西坑 高坪 低坪 樟树 枫树 桃园 李园 水口 山口 黄泥 白沙 陈家 杨家 周家 吴家 郑家 何家 沈家 罗家 龙潭 虎跃 金鸡 凤鸣 长塘 圆山 半岭 塔下 庙前 井头 坝上 坝下",
  " ")
M.second = string.split("村 社区 湾村 坞村 坪村 冲村 岙村 桥村 头村 店村", " ")

M.surnames = string.split(
  "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜",
  " ")
M.given = string.split(
  "建国 志远 晓燕 丽华 文斌 海涛 雪梅 国栋 春兰 明辉 玉芬 立新 静怡 永强 秀英 伟民 佳慧 德胜 红霞 俊杰 思远 月琴 向东 小芳 振华 雅琴 长庚 敏 强 洁 磊 婷 军 燕 勇 霞 刚 莉 平 岚 泽宇 若溪 嘉禾 一鸣 承志 念慈 怀瑾 清源 舒云 景行",
  " ")

return M
