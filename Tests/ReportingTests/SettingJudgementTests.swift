import Evaluation
import Jobs
import Methods
import Reporting
import RunFixtures
import Testing

/// M3 under three settings: `a` is the best on lung, `b` on liver, `c` is good on both.
private let judged = [
  judgement(on: "lung", setting: "a", dice: [0.9, 0.9]),
  judgement(on: "lung", setting: "b", dice: [0.2, 0.2]),
  judgement(on: "lung", setting: "c", dice: [0.8, 0.8]),
  judgement(on: "liver", setting: "a", dice: [0.1, 0.3, 0.2, 0.2]),
  judgement(on: "liver", setting: "b", dice: [0.9, 0.9, 0.8, 0.8]),
  judgement(on: "liver", setting: "c", dice: [0.7, 0.7, 0.7, 0.7]),
]

private func judgement(
  on dataset: String, setting: String, dice: [Double], missing: Int = 0,
  of method: Jobs.Method = .m3
) -> SettingJudgement {
  SettingJudgement(
    dataset: dataset, method: method, setting: setting, dice: dice, missing: missing)
}

private func chosen(_ rows: [SettingJudgement], by choice: SettingChoice) -> [String] {
  rows.choosing(choice).filter(\.isChosen).map {
    "\($0.dataset) \($0.method.rawValue) \($0.setting)"
  }
}

@Test("every data set has its best setting")
func choosesPerDataset() {
  #expect(chosen(judged, by: .perDataset) == ["lung M3 a", "liver M3 b"])
  #expect(judged.choosing(.perDataset).allSatisfy { $0.overallMean == nil })
}

@Test("one setting is the best over all data sets")
func choosesOverall() throws {
  #expect(chosen(judged, by: .overall) == ["lung M3 c", "liver M3 c"])
  let means = judged.choosing(.overall).map { ($0.overallMean! * 1000).rounded() / 1000 }
  #expect(means == [0.55, 0.525, 0.75, 0.55, 0.525, 0.75])
}

/// A data set counts once, however many images it has: of all images together `b` has the higher mean.
@Test("data sets have equal weights, whatever their sizes")
func weighsDatasetsEqually() {
  let rows = [
    judgement(on: "lung", setting: "a", dice: [0.9]),
    judgement(on: "lung", setting: "b", dice: [0.3]),
    judgement(on: "liver", setting: "a", dice: [0.5, 0.5, 0.5]),
    judgement(on: "liver", setting: "b", dice: [0.8, 0.8, 0.8]),
  ]
  #expect(chosen(rows, by: .overall) == ["lung M3 a", "liver M3 a"])
}

@Test("a setting that misses a score on one data set is not chosen over all")
func needsEveryScore() {
  var rows = judged
  rows[5] = judgement(on: "liver", setting: "c", dice: [0.7, 0.7, 0.7], missing: 1)
  #expect(chosen(rows, by: .overall) == ["lung M3 a", "liver M3 a"])
  #expect(rows.choosing(.overall).filter { $0.setting == "c" }.allSatisfy { $0.overallMean == nil })
  #expect(chosen(rows, by: .perDataset) == ["lung M3 a", "liver M3 b"])
  let none = judged.map { judgement(on: $0.dataset, setting: $0.setting, dice: [], missing: 2) }
  #expect(chosen(none, by: .overall) == [] && chosen(none, by: .perDataset) == [])
}

@Test("the first of equal settings is chosen, for each method separately")
func choosesFirst() {
  let rows = ["lung", "liver"].flatMap { dataset in
    [
      judgement(on: dataset, setting: "a", dice: [0.5]),
      judgement(on: dataset, setting: "b", dice: [0.5]),
      judgement(on: dataset, setting: "a", dice: [0.4], of: .m1),
      judgement(on: dataset, setting: "b", dice: [0.6], of: .m1),
    ]
  }
  for choice in SettingChoice.allCases {
    #expect(
      chosen(rows, by: choice) == ["lung M3 a", "lung M1 b", "liver M3 a", "liver M1 b"])
  }
}

@Test("the table of settings says which setting was chosen")
func listsSettings() {
  let lines = judged.choosing(.overall).csv.split(separator: "\n")
  #expect(
    lines[0]
      == "dataset,method,setting,n,dice_mean,dice_population_std,missing,chosen,overall_dice_mean")
  #expect(lines[3] == "lung,M3,c,2,0.800000,0.000000,0,yes,0.750000")
  #expect(lines[4] == "liver,M3,a,4,0.200000,0.070711,0,,0.550000")
  #expect(judged.choosing(.perDataset).csv.split(separator: "\n")[3].hasSuffix(",0,,"))
}

@Test("the report names the chosen settings")
func namesSettings() throws {
  let scores = ["lung", "liver"].map { dataset in
    var one = score(dataset, .m3, "1", 0.5)
    one.setting = "theta=8"
    return one
  }
  for format in [TableFormat.table, .md, .latex, .html] {
    let shared = try ScoreTable(
      datasets: ["lung", "liver"], scores: scores, missingScores: [], sharesSettings: true)
    #expect(shared.rendered(as: format).contains("Settings, one for all data sets: M3: theta=8."))
    let own = try ScoreTable(datasets: ["lung", "liver"], scores: scores, missingScores: [])
    for dataset in ["lung", "liver"] {
      #expect(own.rendered(as: format).contains("Settings on \(dataset): M3: theta=8."))
    }
  }
}
