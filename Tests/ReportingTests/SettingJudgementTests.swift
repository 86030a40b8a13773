import Evaluation
import Jobs
import Methods
import Reporting
import RunFixtures
import Testing

/// M3 under three settings: `a` is the best on lung, `b` on liver, `c` is good on both.
private let judged = [
  judgement("lung", "a", [0.9, 0.9]), judgement("lung", "b", [0.2, 0.2]),
  judgement("lung", "c", [0.8, 0.8]),
  judgement("liver", "a", [0.1, 0.3, 0.2, 0.2]), judgement("liver", "b", [0.9, 0.9, 0.8, 0.8]),
  judgement("liver", "c", [0.7, 0.7, 0.7, 0.7]),
]

private func judgement(
  _ dataset: String, _ setting: String, _ dice: [Double], missing: Int = 0,
  of method: Jobs.Method = .m3
) -> SettingJudgement {
  SettingJudgement(
    dataset: dataset, method: method, setting: setting, dice: dice, missing: missing)
}

private func chosen(_ rows: [SettingJudgement], _ choice: SettingChoice) -> [String] {
  rows.choosing(choice).filter(\.isChosen).map {
    "\($0.dataset) \($0.method.rawValue) \($0.setting)"
  }
}

@Test func everyDataSetHasItsBestSetting() {
  #expect(chosen(judged, .perDataset) == ["lung M3 a", "liver M3 b"])
  #expect(judged.choosing(.perDataset).allSatisfy { $0.overallMean == nil })
}

@Test func oneSettingIsTheBestOverall() throws {
  #expect(chosen(judged, .overall) == ["lung M3 c", "liver M3 c"])
  let means = judged.choosing(.overall).map { ($0.overallMean! * 1000).rounded() / 1000 }
  #expect(means == [0.55, 0.525, 0.75, 0.55, 0.525, 0.75])
}

/// A data set counts once, however many images it has: of all images together `b` has the higher mean.
@Test func dataSetsCountAlikeHoweverLarge() {
  let rows = [
    judgement("lung", "a", [0.9]), judgement("lung", "b", [0.3]),
    judgement("liver", "a", [0.5, 0.5, 0.5]), judgement("liver", "b", [0.8, 0.8, 0.8]),
  ]
  #expect(chosen(rows, .overall) == ["lung M3 a", "liver M3 a"])
}

@Test func aSettingWithoutAScoreOnOneDataSetIsNotChosenOverall() {
  var rows = judged
  rows[5] = judgement("liver", "c", [0.7, 0.7, 0.7], missing: 1)
  #expect(chosen(rows, .overall) == ["lung M3 a", "liver M3 a"])
  #expect(rows.choosing(.overall).filter { $0.setting == "c" }.allSatisfy { $0.overallMean == nil })
  #expect(chosen(rows, .perDataset) == ["lung M3 a", "liver M3 b"])
  let none = judged.map { judgement($0.dataset, $0.setting, [], missing: 2) }
  #expect(chosen(none, .overall) == [] && chosen(none, .perDataset) == [])
}

@Test func theFirstOfEqualSettingsIsChosenAndEveryMethodHasItsOwn() {
  let rows = ["lung", "liver"].flatMap { dataset in
    [
      judgement(dataset, "a", [0.5]), judgement(dataset, "b", [0.5]),
      judgement(dataset, "a", [0.4], of: .m1), judgement(dataset, "b", [0.6], of: .m1),
    ]
  }
  for choice in SettingChoice.allCases {
    #expect(
      chosen(rows, choice) == ["lung M3 a", "lung M1 b", "liver M3 a", "liver M1 b"])
  }
}

@Test func theTableOfSettingsSaysWhatWasChosenForWhat() {
  let lines = judged.choosing(.overall).csv.split(separator: "\n")
  #expect(
    lines[0]
      == "dataset,method,setting,n,dice_mean,dice_population_std,missing,chosen,overall_dice_mean")
  #expect(lines[3] == "lung,M3,c,2,0.800000,0.000000,0,yes,0.750000")
  #expect(lines[4] == "liver,M3,a,4,0.200000,0.070711,0,,0.550000")
  #expect(judged.choosing(.perDataset).csv.split(separator: "\n")[3].hasSuffix(",0,,"))
}

@Test func theReportSaysForWhatSettingsWereChosen() throws {
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
