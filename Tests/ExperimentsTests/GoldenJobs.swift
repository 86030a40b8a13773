import Experiments
import Jobs

/// The canonical forms that `JobNameTests` pins, made outside Swift: JSON with sorted keys and no
/// white space. Each name is the SHA-256 of its form.
let goldenJobs: [(method: Method, kind: JobKind, form: String, name: String)] = [
  (
    .m1, .train,
    #"""
    {"energy":{"beta":1000,"distanceSigma":0,"edgeSigma":1,"epsilon":0.001,\#
    "gammas":{"otsu":{"classes":3}},"iota":1000,"lambda":1,"mu":0.2,"smallestGamma":0.05,\#
    "theta":3,"vartheta":0},\#
    "inputs":[{"image":"f921e06603aacd9304563ae4ca83ee27f485b7322b5c957ef61c4d57254271c8",\#
    "markers":"fc10f5fce1f208973672e2bea6be0122192064d55f084617ac56160703488618"}],\#
    "kind":"train","method":"M1","network":{"dipDepth":0,"dipSkip":0,"dipWidth":0,\#
    "noiseChannels":0,"vmDepth":4,"vmWidth":16},"numerics":{"threads":1},\#
    "preparation":{"size":192,"window":{"minmax":{}}},"seed":1,\#
    "training":{"checkpointEvery":25,"epochs":200,"learningRate":0.001,"noiseDeviation":0,\#
    "noiseScale":0,"outputAveraging":0,"similarity":0}}
    """#,
    "ab5215387725a5433ebd1d6803ba9a6194456999396f2404c071824e044ecc0c"
  ),
  (
    .m1, .predict,
    #"""
    {"energy":{"beta":1000,"distanceSigma":0,"edgeSigma":0,"epsilon":0.001,\#
    "gammas":{"otsu":{"classes":3}},"iota":0,"lambda":1,"mu":0,"smallestGamma":0.05,"theta":3,\#
    "vartheta":0},\#
    "inputs":[{"image":"eefc169d08d6870111213271d096586bd7a46451d627fe2415e44c70354ea0f2",\#
    "markers":"fa3110aeff17b0f8ec1b2db9b93b7028feca2684fbee51d6564d25d8c6e1523b"}],\#
    "kind":"predict","method":"M1","normalisation":"image","numerics":{"threads":1},\#
    "preparation":{"size":192,"window":{"minmax":{}}},"seed":0,\#
    "weights":"ab5215387725a5433ebd1d6803ba9a6194456999396f2404c071824e044ecc0c"}
    """#,
    "b216d9e84ff679472c7908e9baf01e245e156d7e2e90993a3a43aaab50288bac"
  ),
  (
    .deepImagePrior, .fit,
    #"""
    {"energy":{"beta":1000,"distanceSigma":0,"edgeSigma":0,"epsilon":0.001,\#
    "gammas":{"otsu":{"classes":3}},"iota":0,"lambda":1,"mu":0,"smallestGamma":0.05,"theta":3,\#
    "vartheta":0},\#
    "inputs":[{"image":"eefc169d08d6870111213271d096586bd7a46451d627fe2415e44c70354ea0f2",\#
    "markers":"fa3110aeff17b0f8ec1b2db9b93b7028feca2684fbee51d6564d25d8c6e1523b"}],\#
    "kind":"fit","method":"DIP","network":{"dipDepth":5,"dipSkip":4,"dipWidth":128,\#
    "noiseChannels":32,"vmDepth":0,"vmWidth":0},"numerics":{"threads":1},\#
    "preparation":{"size":192,"window":{"minmax":{}}},"seed":1,\#
    "training":{"checkpointEvery":25,"epochs":200,"learningRate":0.001,"noiseDeviation":0.01,\#
    "noiseScale":0.1,"outputAveraging":0.99,"similarity":0}}
    """#,
    "016648b7949cd7a184d90b6d1d4093fed4c0671f657690ead7c807e9fa93b804"
  ),
  (
    .totalVariation, .solve,
    #"""
    {"energy":{"beta":1000,"distanceSigma":0,"edgeSigma":0,"epsilon":0.001,\#
    "gammas":{"otsu":{"classes":3}},"iota":0,"lambda":1,"mu":0,"smallestGamma":0.05,"theta":3,\#
    "vartheta":0},\#
    "inputs":[{"image":"eefc169d08d6870111213271d096586bd7a46451d627fe2415e44c70354ea0f2",\#
    "markers":"fa3110aeff17b0f8ec1b2db9b93b7028feca2684fbee51d6564d25d8c6e1523b"}],\#
    "kind":"solve","method":"TV","numerics":{"threads":1},"preparation":{"size":192,\#
    "window":{"minmax":{}}},"seed":0,"totalVariation":{"maximumIterations":5000,"mu":1,\#
    "tolerance":0.0001}}
    """#,
    "ef5c81dac77eac955150aa6f4bed7020fa79fe7f8a4fb617620fb6a0b48f1c0e"
  ),
  (
    .elastica, .solve,
    #"""
    {"elastica":{"alpha":1,"beta":10,"coupling":2,"maximumIterations":200,"tolerance":0.0005},\#
    "energy":{"beta":1000,"distanceSigma":0,"edgeSigma":0,"epsilon":0.001,\#
    "gammas":{"otsu":{"classes":3}},"iota":0,"lambda":1,"mu":0,"smallestGamma":0.05,"theta":3,\#
    "vartheta":0},\#
    "inputs":[{"image":"eefc169d08d6870111213271d096586bd7a46451d627fe2415e44c70354ea0f2",\#
    "markers":"fa3110aeff17b0f8ec1b2db9b93b7028feca2684fbee51d6564d25d8c6e1523b"}],\#
    "kind":"solve","method":"Elastica","numerics":{"threads":1},"preparation":{"size":192,\#
    "window":{"minmax":{}}},"seed":0}
    """#,
    "a61d1b62b3d4dc91744c715aa4e510882183d144ff63bb881ad9a4cd555fc4c9"
  ),
]
