import Jobs
import Methods

/// Jobs in the text form of Protocol Buffers, and their names. Each name was computed outside Swift, by
/// the command in Sources/Jobs/job.proto.
let goldenJobs: [(method: Jobs.Method, kind: JobKind, text: String, name: String)] = [
  (
    .m1, .train,
    #"""
    train {
      basis {
        method: "M1"
        preparation { size: 192 }
        energy {
          lambda: 1 theta: 3 gammas { otsu { classes: 3 smallest: 0.05 } }
          distance_sigma: 0 vartheta: 0 epsilon: 0.001 beta: 1000
        }
        numerics { threads: 1 mode: "native" }
      }
      inputs {
        image:
          "\xf9\x21\xe0\x66\x03\xaa\xcd\x93\x04\x56\x3a\xe4\xca\x83\xee\x27"
          "\xf4\x85\xb7\x32\x2b\x5c\x95\x7e\xf6\x1c\x4d\x57\x25\x42\x71\xc8"
        markers:
          "\xfc\x10\xf5\xfc\xe1\xf2\x08\x97\x36\x72\xe2\xbe\xa6\xbe\x01\x22"
          "\x19\x20\x64\xd5\x5f\x08\x46\x17\xac\x56\x16\x07\x03\x48\x86\x18"
      }
      seed: 1
      network { width: 16 depth: 4 }
      geometry: "markers"
      loss { regularised { mu: 0.2 iota: 1000 sigma: 1 } }
      training { epochs: 200 learning_rate: 0.001 checkpoint_every: 25 }
      precision: "float32"
    }
    """#,
    "9cd88c924d10e4f65d0f3d2889307158e45f934b62bec479e9081fcb11ad4733"
  ),
  (
    .m1, .predict,
    #"""
    predict {
      basis {
        method: "M1"
        preparation { size: 192 }
        energy {
          lambda: 1 theta: 3 gammas { otsu { classes: 3 smallest: 0.05 } }
          distance_sigma: 0 vartheta: 0 epsilon: 0.001 beta: 1000
        }
        numerics { threads: 1 mode: "native" }
      }
      inputs {
        image:
          "\xee\xfc\x16\x9d\x08\xd6\x87\x01\x11\x21\x32\x71\xd0\x96\x58\x6b"
          "\xd7\xa4\x64\x51\xd6\x27\xfe\x24\x15\xe4\x4c\x70\x35\x4e\xa0\xf2"
        markers:
          "\xfa\x31\x10\xae\xff\x17\xb0\xf8\xec\x1b\x2d\xb9\xb9\x3b\x70\x28"
          "\xfe\xca\x26\x84\xfb\xee\x51\xd6\x56\x4d\x25\xd8\xc6\xe1\x52\x3b"
      }
      weights:
        "\x9c\xd8\x8c\x92\x4d\x10\xe4\xf6\x5d\x0f\x3d\x28\x89\x30\x71\x58"
          "\xe4\x5f\x93\x4b\x62\xbe\xc4\x79\xe9\x08\x1f\xcb\x11\xad\x47\x33"
      geometry: "markers"
      normalisation: "image"
    }
    """#,
    "e360da92ea7a341377bbbf929a21a0728fd9c7405b437c2fb6178b09d4053c6e"
  ),
  (
    .m4, .train,
    #"""
    train {
      basis {
        method: "M4"
        preparation { size: 192 }
        energy {
          lambda: 1 theta: 3 gammas { otsu { classes: 3 smallest: 0.05 } }
          distance_sigma: 0 vartheta: 0 epsilon: 0.001 beta: 1000
        }
        numerics { threads: 1 mode: "native" }
      }
      inputs {
        image:
          "\xf9\x21\xe0\x66\x03\xaa\xcd\x93\x04\x56\x3a\xe4\xca\x83\xee\x27"
          "\xf4\x85\xb7\x32\x2b\x5c\x95\x7e\xf6\x1c\x4d\x57\x25\x42\x71\xc8"
        markers:
          "\xfc\x10\xf5\xfc\xe1\xf2\x08\x97\x36\x72\xe2\xbe\xa6\xbe\x01\x22"
          "\x19\x20\x64\xd5\x5f\x08\x46\x17\xac\x56\x16\x07\x03\x48\x86\x18"
      }
      seed: 1
      network { width: 16 depth: 4 }
      geometry: "distance"
      loss {
        assisted {
          prior {
            network { width: 128 skip: 4 depth: 5 noise_channels: 32 }
            noise { scale: 0.1 deviation: 0.01 }
          }
          similarity: 0.5
        }
      }
      training { epochs: 200 learning_rate: 0.001 checkpoint_every: 25 }
      precision: "float32"
    }
    """#,
    "d03bebddb72d0778b45a7987b7e279ff9b6887daa138bf4cac40e987831ed1ad"
  ),
  (
    .deepImagePrior, .fit,
    #"""
    fit {
      basis {
        method: "DIP"
        preparation { size: 192 }
        energy {
          lambda: 1 theta: 3 gammas { otsu { classes: 3 smallest: 0.05 } }
          distance_sigma: 0 vartheta: 0 epsilon: 0.001 beta: 1000
        }
        numerics { threads: 1 mode: "native" }
      }
      inputs {
        image:
          "\xee\xfc\x16\x9d\x08\xd6\x87\x01\x11\x21\x32\x71\xd0\x96\x58\x6b"
          "\xd7\xa4\x64\x51\xd6\x27\xfe\x24\x15\xe4\x4c\x70\x35\x4e\xa0\xf2"
        markers:
          "\xfa\x31\x10\xae\xff\x17\xb0\xf8\xec\x1b\x2d\xb9\xb9\x3b\x70\x28"
          "\xfe\xca\x26\x84\xfb\xee\x51\xd6\x56\x4d\x25\xd8\xc6\xe1\x52\x3b"
      }
      seed: 1
      prior {
        network { width: 128 skip: 4 depth: 5 noise_channels: 32 }
        noise { scale: 0.1 deviation: 0.01 }
      }
      training { epochs: 200 learning_rate: 0.001 checkpoint_every: 25 }
      output_averaging: 0.99
      precision: "float32"
    }
    """#,
    "b328aa163701a91e58bd93fa197a5541a3b676908367d5d10adf7f240bcf2f6d"
  ),
  (
    .totalVariation, .solve,
    #"""
    solve {
      basis {
        method: "TV"
        preparation { size: 192 }
        energy {
          lambda: 1 theta: 3 gammas { otsu { classes: 3 smallest: 0.05 } }
          distance_sigma: 0 vartheta: 0 epsilon: 0.001 beta: 1000
        }
        numerics { threads: 1 mode: "native" }
      }
      input {
        image:
          "\xee\xfc\x16\x9d\x08\xd6\x87\x01\x11\x21\x32\x71\xd0\x96\x58\x6b"
          "\xd7\xa4\x64\x51\xd6\x27\xfe\x24\x15\xe4\x4c\x70\x35\x4e\xa0\xf2"
        markers:
          "\xfa\x31\x10\xae\xff\x17\xb0\xf8\xec\x1b\x2d\xb9\xb9\x3b\x70\x28"
          "\xfe\xca\x26\x84\xfb\xee\x51\xd6\x56\x4d\x25\xd8\xc6\xe1\x52\x3b"
      }
      parameters { name: "mu" value: 1 }
      parameters { name: "tolerance" value: 0.0001 }
      parameters { name: "maximum_iterations" value: 5000 }
    }
    """#,
    "8db26e4650008741b73d951b9c4762023cb4c73e0cb42872a93a41714d457470"
  ),
  (
    .elastica, .solve,
    #"""
    solve {
      basis {
        method: "Elastica"
        preparation { size: 192 }
        energy {
          lambda: 1 theta: 3 gammas { otsu { classes: 3 smallest: 0.05 } }
          distance_sigma: 0 vartheta: 0 epsilon: 0.001 beta: 1000
        }
        numerics { threads: 1 mode: "native" }
      }
      input {
        image:
          "\xee\xfc\x16\x9d\x08\xd6\x87\x01\x11\x21\x32\x71\xd0\x96\x58\x6b"
          "\xd7\xa4\x64\x51\xd6\x27\xfe\x24\x15\xe4\x4c\x70\x35\x4e\xa0\xf2"
        markers:
          "\xfa\x31\x10\xae\xff\x17\xb0\xf8\xec\x1b\x2d\xb9\xb9\x3b\x70\x28"
          "\xfe\xca\x26\x84\xfb\xee\x51\xd6\x56\x4d\x25\xd8\xc6\xe1\x52\x3b"
      }
      parameters { name: "alpha" value: 1 }
      parameters { name: "beta" value: 10 }
      parameters { name: "coupling" value: 2 }
      parameters { name: "tolerance" value: 0.0005 }
      parameters { name: "maximum_iterations" value: 200 }
    }
    """#,
    "9a93e9ad093dc324405338f58f2ab8638b04c0bb8c634b889dfc698d47ba64f9"
  ),
]
