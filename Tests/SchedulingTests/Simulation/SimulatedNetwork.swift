import Experiments
import Scheduling
import TestSupport

/// Something that will happen.
enum Action: Sendable {
  case coordinatorTick(life: Int)
  case coordinatorHears(WorkerMessage, from: Int, link: Int)
  case coordinatorMisses(Int)
  case coordinatorStarts
  case workerStarts
  case workerTick(Int)
  case workerHears(CoordinatorMessage, Int, link: Int)
  case fetch(Int, Attempt, [Digest])
  case upload(Int, BlobReference)
  case compute(Int)
  case fault(Fault)
}

/// When it will; of two at the same time the one that was planned first comes first.
struct Appointment: Comparable {
  let time: Instant
  let number: Int
  let action: Action

  static func < (one: Appointment, other: Appointment) -> Bool {
    (one.time, one.number) < (other.time, other.number)
  }

  static func == (one: Appointment, other: Appointment) -> Bool { one.number == other.number }
}

/// Messages keep their order on a link; those under way are lost when it breaks.
extension Simulation {
  func deliver(_ message: CoordinatorMessage, to id: WorkerID) {
    guard let worker = workers.firstIndex(where: { $0.id == id }) else { return }
    tell("coordinator tells \(id): \(brief(message))")
    guard workers[worker].isAlive, workers[worker].linkDownUntil <= now else {
      if generator.chance(0.5) { schedule(.coordinatorMisses(worker), at: delay(0...0.1)) }
      return
    }
    let arrival = max(workers[worker].lastArrival, delay(0...0.2))
    workers[worker].lastArrival = arrival
    schedule(.workerHears(message, worker, link: workers[worker].link), at: arrival)
  }

  private func deliver(_ message: WorkerMessage, from worker: Int) {
    let up = workers[worker].linkDownUntil
    if up > now, generator.chance(0.5) { return }
    let departure = max(workers[worker].lastDeparture, delay(0...0.2), up)
    workers[worker].lastDeparture = departure
    schedule(
      .coordinatorHears(message, from: worker, link: workers[worker].link), at: departure)
  }

  // MARK: workers

  func startWorker() {
    let credit = Int.random(in: 1...2, using: &generator)
    workers.append(SimulatedWorker(number: workers.count, credit: credit))
    tell("\(workers[workers.count - 1].id) starts with credit \(credit)")
    schedule(.workerTick(workers.count - 1), at: now)
  }

  func tellWorker(_ worker: Int, _ stimulus: WorkerStimulus) {
    guard workers[worker].isAlive else { return }
    for directive in workers[worker].state.apply(stimulus, at: now) {
      carryOut(directive, worker)
    }
  }

  private func carryOut(_ directive: WorkerDirective, _ worker: Int) {
    switch directive {
    case .send(let message): deliver(message, from: worker)
    case .fetch(let attempt, let digests):
      schedule(.fetch(worker, attempt, digests), at: delay(0.01...0.5))
    case .start(let lease):
      workers[worker].computation = .init(lease: lease, step: lease.checkpoint?.step ?? 0)
      schedule(.compute(worker), at: delay(0.1...0.5))
    case .stop(let attempt, let leavesCheckpoint):
      if workers[worker].computation?.lease.attempt == attempt {
        workers[worker].computation?.stop = leavesCheckpoint
      }
    case .store(let blob): schedule(.upload(worker, blob), at: delay(0.01...0.8))
    case .announce: break
    case .exit(let status):
      tell("\(workers[worker].id) exits with \(status)")
      bury(worker)
    }
  }

  /// A worker is no more; another takes its place.
  func bury(_ worker: Int) {
    workers[worker].isAlive = false
    workers[worker].computation = nil
    schedule(.workerStarts, at: delay(0.5...5))
  }

  /// Nothing may be asked for that the coordinator has not got; the rest of a job's inputs it has.
  func fetch(_ worker: Int, _ attempt: Attempt, _ digests: [Digest]) throws {
    guard coordinator != nil, workers[worker].linkDownUntil <= now else {
      return schedule(.fetch(worker, attempt, digests), at: now + 1)
    }
    let given = [Jobs.blob("image").digest, Jobs.blob("markers").digest]
    for digest in digests where !given.contains(digest) && !observer.blobs.contains(digest) {
      throw Violation("a lease names a blob that the coordinator has not got")
    }
    tellWorker(worker, .fetched(attempt))
  }

  func upload(_ worker: Int, _ blob: BlobReference) {
    guard workers[worker].isAlive else { return }
    guard coordinator != nil, workers[worker].linkDownUntil <= now else {
      return schedule(.upload(worker, blob), at: now + 1)
    }
    observer.blobs.insert(blob.digest)
    tellWorker(worker, .stored(blob.digest))
  }

  func compute(_ worker: Int) {
    guard workers[worker].isAlive else { return }
    let fails = now < Self.calm && generator.chance(0.01)
    let (reports, goesOn) = workers[worker].step(failing: fails)
    if goesOn { schedule(.compute(worker), at: delay(0.1...0.5)) }
    for report in reports { tellWorker(worker, report) }
  }
}
