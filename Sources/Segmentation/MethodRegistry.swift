import Jobs

extension Method {
  /// What carries the method out: one line each.
  var implementation: any SegmentationMethod {
    switch self {
    case .m1: TrainedMethod(geometric: .markers, loss: .regularised)
    case .m2: TrainedMethod(geometric: .markers, loss: .unregularised)
    case .m3: TrainedMethod(geometric: .markers, loss: .assisted)
    case .m4: TrainedMethod(geometric: .distance, loss: .assisted)
    case .totalVariation: TotalVariationMethod()
    case .elastica: ElasticaMethod()
    case .deepImagePrior: DeepImagePriorMethod()
    }
  }
}
