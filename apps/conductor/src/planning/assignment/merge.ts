import { NOWHERE, type Workload } from './workload.js';

/** Puts what was decided for an island into the whole, whose members and jobs are in the same order, with others in between. */
export function mergerInto(whole: Workload): (island: Workload) => void {
  const memberAt = new Map(whole.model.memberIds.map((id, index) => [id, index]));
  const jobAt = new Map(whole.model.jobIds.map((id, index) => [id, index]));
  return (island) => {
    const { model, optionOf, streamOf } = island;
    for (const [localJob, id] of model.jobIds.entries()) {
      const job = jobAt.get(id);
      const localMember = model.streamMember[streamOf[localJob]];
      const member = memberAt.get(model.memberIds[localMember]);
      if (job === undefined || member === undefined || streamOf[localJob] === NOWHERE) {
        throw new Error(`job ${id} of a part of the problem was not placed, or is not in the whole`);
      }
      const option = whole.model.jobOptions[job] + optionOf[localJob] - model.jobOptions[localJob];
      const stream = whole.model.memberStreams[member] + streamOf[localJob] - model.memberStreams[localMember];
      whole.place(job, option, stream);
    }
  };
}
