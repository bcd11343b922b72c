//! The functions of the local stack, with their routes and the queues that feed them.

use std::sync::Arc;

use bridge_engine::App;
use bridge_lambda::{Environment, FunctionState};
use bridge_operator::Operator;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::aws::Aws;
use crate::console::{self, Vendors};
use crate::event_source::poll;
use crate::handlers;
use crate::instances::Instances;
use crate::routes::{RouteState, router};
use crate::shutdown::stopped;
use crate::variables::variables;

/// The start of the functions, each with its own state, as on Lambda.
pub(crate) struct Functions<'a> {
    pub(crate) kill_signal: &'a Arc<Notify>,
    pub(crate) aws: &'a Aws,
    pub(crate) environment: &'a Environment,
    pub(crate) vendors: Vendors,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Functions<'_> {
    fn instances(&self) -> Arc<Instances> {
        Arc::new(Instances::new(self.environment.clone(), self.aws.clients.clone()))
    }

    pub(crate) fn start(&self, listener: TcpListener) -> Vec<JoinHandle<()>> {
        let mut tasks = vec![self.routes(listener)];
        for handler in handlers::all() {
            // The queues of a function share its instances.
            let instances = self.instances();
            let queues = handler.function.queues.iter();
            for queue in queues.filter_map(|queue| self.aws.sqs.queue(queue.name())) {
                tasks.push(poll(handler, &instances, queue, self.kill_signal, self.stop.clone()));
            }
        }
        tasks
    }

    fn routes(&self, listener: TcpListener) -> JoinHandle<()> {
        let (environment, clients) = (self.environment, &self.aws.clients);
        let state = RouteState {
            webhook: Arc::new(FunctionState::new(environment.clone(), clients.clone())),
            crm_context: Arc::new(App::new(environment.clone(), clients.clone())),
            dynamodb: clients.dynamodb.clone(),
            variables: variables(environment, &self.aws.variables).into(),
        };
        let operator = Operator::new(environment.clone(), clients.clone());
        let console = console::routes(&self.vendors, operator, &self.aws.sqs);
        let routes = router(state).merge(console);
        let serve =
            axum::serve(listener, routes).with_graceful_shutdown(stopped(self.stop.clone()));
        tokio::spawn(async move {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the routes are not served");
            }
        })
    }
}
