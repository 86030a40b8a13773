import Jobs
import Scheduling

/// An event as the journal's `body` has it: the JSON that its `Codable` conformance reads, keys sorted.
///
/// Written by hand: three events are written down for every job, and by an encoder that took a fifth of
/// all processor time. A test compares with Foundation's encoder, event by event.
extension JSONText {
  mutating func append(_ event: JournalEvent) {
    append("{\"")
    append(event.kind)
    append("\":{\"_0\":")
    switch event {
    case .submitted(let planned): append(planned)
    case .leased(let attempt, let worker), .auditLeased(let attempt, let worker):
      append(attempt)
      append(",\"to\":", worker)
    case .checkpointed(let attempt, let checkpoint):
      append(attempt)
      append(",\"_1\":{\"blob\":")
      append(checkpoint.blob)
      append(",\"step\":", checkpoint.step)
      append("}")
    case .completed(let attempt, let worker, let result):
      append(attempt)
      append(",\"_2\":", result)
      append(",\"by\":", worker)
    case .failed(let attempt, let worker, let failure):
      append(attempt)
      append(",\"_2\":", failure)
      append(",\"by\":", worker)
    case .lost(let attempt, let worker, let reason):
      append(attempt)
      append(",\"by\":", worker)
      append(",\"reason\":", reason)
    case .released(let attempt, let worker):
      append(attempt)
      append(",\"by\":", worker)
    case .discarded(let job, let reason), .requeued(let job, let reason):
      append(job.digest)
      append(",\"reason\":", reason)
    case .cancelled(let job): append(job.digest)
    case .imported(let attempt, let worker, let result, let folder):
      append(attempt)
      append(",\"_2\":", result)
      append(",\"by\":", worker)
      append(",\"from\":", folder)
    case .audited(let attempt, let worker, let result, let agrees):
      append(attempt)
      append(",\"_2\":", result)
      append(",\"agrees\":", agrees)
      append(",\"by\":", worker)
    }
    append("}}")
  }

  // MARK: members

  private mutating func append(_ key: StaticString, _ value: Int) {
    append(key)
    append(value)
  }

  private mutating func append(_ key: StaticString, _ value: Bool) {
    append(key)
    append(value)
  }

  private mutating func append(_ key: StaticString, _ value: Double) {
    append(key)
    append(value)
  }

  private mutating func append(_ key: StaticString, _ value: String) {
    append(key)
    append(quoted: value)
  }

  private mutating func append(_ key: StaticString, _ worker: WorkerID) {
    append(key)
    append("{\"name\":", worker.name)
    append("}")
  }

  private mutating func append(_ key: StaticString, _ result: JobResult) {
    append(key)
    append("{\"metrics\":", result.metrics) { $0.append($1) }
    append(",\"outputs\":", result.outputs) { $0.append($1) }
    if let fingerprint = result.fingerprint {
      append(",\"fingerprint\":", fingerprint) { $0.append(quoted: $1) }
    }
    append(",\"peakMemory\":", result.peakMemory)
    append(",\"seconds\":", result.seconds)
    append("}")
  }

  private mutating func append(_ key: StaticString, _ failure: JobFailure) {
    append(key)
    append("{\"isTransient\":", failure.isTransient)
    if let log = failure.log { append(",\"log\":", log) { $0.append(quoted: $1) } }
    append(",\"message\":", failure.message)
    append("}")
  }

  private mutating func append<Element>(
    _ key: StaticString, _ list: [Element], _ write: (inout JSONText, Element) -> Void
  ) {
    append(key)
    append("[")
    for (place, element) in list.enumerated() {
      if place > 0 { append(",") }
      write(&self, element)
    }
    append("]")
  }

  private mutating func append<Value>(
    _ key: StaticString, _ entries: [String: Value], _ write: (inout JSONText, Value) -> Void
  ) {
    append(key)
    append("{")
    for (place, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
      if place > 0 { append(",") }
      append(quoted: entry.key)
      append(":")
      write(&self, entry.value)
    }
    append("}")
  }

  // MARK: values

  private mutating func append(_ attempt: Attempt) {
    append("{\"job\":")
    append(attempt.job.digest)
    append(",\"number\":", attempt.number)
    append("}")
  }

  private mutating func append(_ planned: PlannedJob) {
    append("{\"cases\":", planned.cases) { $0.append(quoted: $1) }
    append(",\"cost\":", planned.cost)
    append(",\"dataset\":", planned.dataset)
    append(",\"id\":")
    append(planned.id.digest)
    append(",\"job\":")
    append(planned.job)
    if let note = planned.note { append(",\"note\":", note) }
    append("}")
  }

  private mutating func append(_ blob: BlobReference) {
    append("{\"digest\":")
    append(blob.digest)
    append(",\"size\":", blob.size)
    append("}")
  }

  private mutating func append(_ output: JobOutput) {
    append("{\"blob\":")
    append(output.blob)
    append(",\"role\":")
    switch output.role {
    case .weights: append("{\"weights\":{}}")
    case .curve: append("{\"curve\":{}}")
    case .mask(let index):
      append("{\"mask\":{\"case\":", index)
      append("}}")
    }
    append(",\"seconds\":", output.seconds)
    append("}")
  }
}
