/** The goals of a task. Pure. */

/**
 * The test loss that a task asks for.
 * @param {{link: string} | null} task
 * @returns {number | null} null: it asks for none, or for several
 */
export function goalLossOf(task) {
  const text = new URLSearchParams(task?.link.split("#")[1] ?? "").get("goalTestLoss");
  const loss = text === null ? NaN : Number(text);
  return Number.isFinite(loss) ? loss : null;
}

/** Whether a task has a goal, or somebody has reached one. @param {{link: string, lesson: string | null} | null} task @param {{reached: number}} counts */
export const hasGoal = (task, { reached }) => reached > 0 || (task !== null && (task.lesson !== null || /[#&]goal/i.test(task.link)));
